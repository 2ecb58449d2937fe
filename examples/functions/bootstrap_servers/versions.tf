terraform {
  required_version = ">= 1.8"

  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}
