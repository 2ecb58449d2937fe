terraform {
  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}

# The account of the brokers.
provider "kafka" {
  region = var.region
}

# The account of the consumers: credentials of a role in it.
provider "kafka" {
  alias  = "consumer"
  region = var.region

  assume_role {
    role_arn = var.consumer_role_arn
  }
}
