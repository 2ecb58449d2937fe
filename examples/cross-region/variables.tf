variable "region" {
  type        = string
  default     = "us-east-1"
  description = "Region of the brokers."
}

variable "consumer_region" {
  type        = string
  default     = "eu-west-1"
  description = "Region of the consumers."
}

variable "hostname" {
  type        = string
  default     = "kafka.test.com"
  description = "Name that every broker advertises, and that its certificate carries."
}

variable "brokers" {
  type        = map(string)
  description = "Address of each broker by node.id."
}

variable "kafka_subnet_ids" {
  type        = list(string)
  description = "Subnets of the load balancer, one per zone, in the VPC of the brokers."
}

variable "account_id" {
  type        = string
  description = "Account of the consumers, which may connect to the service."
}

variable "client_vpc_id" {
  type        = string
  description = "VPC of the consumers, in their region."
}

variable "client_subnet_ids" {
  type        = list(string)
  description = "Subnets of the endpoint, in any zones of the consumers' region."
}
