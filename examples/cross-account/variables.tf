variable "region" {
  type        = string
  default     = "us-east-1"
  description = "Region of both accounts' VPCs."
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

variable "consumer_account_id" {
  type        = string
  description = "Account of the consumers, which may connect to the service."
}

variable "consumer_role_arn" {
  type        = string
  description = "Role in the account of the consumers, with the permissions of an endpoint."
}

variable "client_vpc_id" {
  type        = string
  description = "VPC of the consumers."
}

variable "client_subnet_ids" {
  type        = list(string)
  description = "Subnets of the endpoint, one per zone, in zones that the service serves."
}
