//! What unknown values do to the attributes of the endpoint.

use tfplugin::Value;

/// The attributes that could come out differently by an unknown argument of the endpoint, or by an
/// unknown `hostname`. `written`: the object that the endpoint's arguments are in.
pub fn attributes_by(argument: &str, written: &Value) -> Vec<&'static str> {
    let is_left_out = |argument: &&str| written.get(argument).is_null();
    let blocks = Some("allowed_cidr_blocks").filter(is_left_out);
    match argument {
        // Without records there is no zone.
        "dns" if is_left_out(&"zone_id") => vec!["managed_zone_id"],
        // A managed zone is of one name.
        "hostname" if is_left_out(&"zone_id") => vec!["managed_zone_id"],
        "security_group_ids" => Some("managed_security_group_id")
            .into_iter()
            .chain(blocks)
            .collect(),
        // Its families decide whose blocks of the VPC they are, and a change of them takes other
        // interfaces.
        "ip_address_type" => blocks
            .into_iter()
            .chain(["network_interface_ids"])
            .collect(),
        // The rest shows nowhere but in itself.
        _ => Vec::new(),
    }
}
