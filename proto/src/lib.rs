//! Terraform's plugin protocol 6, without any knowledge of AWS or Kafka.
