//! Kafka over AWS PrivateLink, as one Terraform resource.
