terraform {
  required_providers {
    kafka = {
      source = "privatelink/kafka"
    }
  }
}
