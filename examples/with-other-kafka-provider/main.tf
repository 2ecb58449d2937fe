# Another provider may already be called `kafka` in a module: one that manages topics, for example.
# Give this one another local name, and say so in each of its resources.
terraform {
  required_providers {
    kafka = {
      source = "Mongey/kafka"
    }
    privatelink = {
      source = "privatelink/kafka"
    }
  }
}

provider "privatelink" {
  region = "us-east-1"
}

provider "kafka" {
  bootstrap_servers = [kafka_privatelink.orders.bootstrap_servers]
}

resource "kafka_privatelink" "orders" {
  provider = privatelink

  name     = "orders"
  hostname = "kafka.test.com"

  brokers = {
    "1" = { target = "10.0.1.11" }
    "2" = { target = "10.0.2.11" }
    "3" = { target = "10.0.3.11" }
  }

  load_balancer = { subnet_ids = ["subnet-0a1", "subnet-0a2", "subnet-0a3"] }
}

resource "kafka_topic" "orders" {
  name               = "orders"
  partitions         = 12
  replication_factor = 3
}
