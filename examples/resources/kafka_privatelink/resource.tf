resource "kafka_privatelink" "orders" {
  name     = "orders"
  hostname = "kafka.test.com" # every broker advertises it

  brokers = { # keyed by node.id; broker n is reached on port 6000 + n
    "1" = { target = "10.0.1.11" }
    "2" = { target = "10.0.2.11" }
    "3" = { target = "10.0.3.11" }
  }

  load_balancer = {
    subnet_ids = ["subnet-0a1", "subnet-0a2", "subnet-0a3"]
  }

  endpoint_service = {
    allowed_principals = ["arn:aws:iam::210987654321:root"]
  }

  endpoint = { # the consumer side, when it lives in this account
    vpc_id     = "vpc-0c1"
    subnet_ids = ["subnet-0c1", "subnet-0c2"]
  }
}
