# By endpoint id, also where others made the endpoint.
terraform import kafka_privatelink_endpoint.orders vpce-0123456789abcdef0

# By name, for one that this provider made.
terraform import kafka_privatelink_endpoint.orders orders

# In another region than the provider's.
terraform import kafka_privatelink_endpoint.orders vpce-0123456789abcdef0@eu-west-1
