terraform {
  required_version = ">= 1.8" # provider functions

  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}

provider "kafka" {
  region = var.region
}
