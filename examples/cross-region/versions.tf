terraform {
  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}

provider "kafka" {
  region = var.region
}
