variable "region" {
  description = "Region of both sides of the path."
  type        = string
  default     = "us-east-1"
}

variable "hostname" {
  description = "The one name that every broker advertises."
  type        = string
  default     = "kafka.test.com"
}

variable "brokers" {
  description = "Private address of each broker, by its node.id."
  type        = map(string)
}

variable "kafka_subnet_ids" {
  description = "Subnets of the load balancer, one in each zone that has a broker."
  type        = set(string)
}

variable "allowed_principals" {
  description = "Accounts that may connect, as ARNs or bare account ids."
  type        = set(string)
  default     = []
}

variable "client_vpc_id" {
  description = "VPC of the clients."
  type        = string
}

variable "client_subnet_ids" {
  description = "Subnets of the interface endpoint, one per zone."
  type        = set(string)
}
