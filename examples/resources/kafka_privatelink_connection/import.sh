# By the ids of the endpoint service and of the endpoint.
terraform import 'kafka_privatelink_connection.approved["billing"]' vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0

# In another region than the provider's.
terraform import 'kafka_privatelink_connection.approved["billing"]' vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0@eu-west-1
