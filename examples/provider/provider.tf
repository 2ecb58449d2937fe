terraform {
  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}

provider "kafka" {
  region = "us-east-1"

  default_tags {
    tags = {
      team = "streaming"
    }
  }
}
