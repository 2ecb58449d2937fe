# A second listener set of the same brokers, with mutual TLS that passes through TCP listeners.

variable "mtls_hostname" {
  description = "The name that the second listener set advertises."
  type        = string
}

variable "moved_ports" {
  description = "Ports of brokers that do not follow from the base, by node.id."
  type        = map(object({ port = number, additional_ports = set(number) }))
  default     = {}
}

variable "on_destroy" {
  description = "What becomes of connections when the first path is destroyed."
  type        = string
  default     = "refuse"
}

variable "address_type" {
  description = "What the endpoint of the second path speaks: ipv4 or dualstack."
  type        = string
  default     = "ipv4"
}

resource "kafka_privatelink" "mtls" {
  name             = "mtls"
  hostname         = var.mtls_hostname
  bootstrap_port   = 9093
  broker_port_base = 16000

  brokers = { for id, address in var.brokers : id => { target = address } }

  load_balancer = {
    subnet_ids      = var.kafka_subnet_ids
    ip_address_type = var.address_type
  }

  target_group = {
    port = 9095
  }

  endpoint_service = {
    allowed_principals         = var.allowed_principals
    supported_ip_address_types = var.address_type == "ipv4" ? ["ipv4"] : ["ipv4", "ipv6"]
  }

  endpoint = {
    vpc_id          = var.client_vpc_id
    subnet_ids      = var.client_subnet_ids
    ip_address_type = var.address_type
  }
}

output "mtls_bootstrap_servers" {
  value = kafka_privatelink.mtls.bootstrap_servers
}

output "mtls_advertised_listeners" {
  value = kafka_privatelink.mtls.advertised_listeners
}
