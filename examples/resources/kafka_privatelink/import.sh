# By endpoint service id; the interface endpoint is left to others.
terraform import kafka_privatelink.orders vpce-svc-0123456789abcdef0

# With the interface endpoint of the consumer side.
terraform import kafka_privatelink.orders vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0

# By name, for a path that this provider made.
terraform import kafka_privatelink.orders orders

# In another region than the provider's.
terraform import kafka_privatelink.orders vpce-svc-0123456789abcdef0@eu-west-1
