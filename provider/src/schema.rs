//! The schema of the `provider` block: names, shapes and meanings of `hashicorp/aws`, so that a
//! block written for that provider can be pasted, and two arguments of our own.

mod blocks;

use tfplugin::{Attribute, Block, Schema, Type};

pub fn schema() -> Schema {
    let attributes = [credentials(), checks(), network(), ours()].concat();
    Schema::new(
        0,
        Block::new(ABOUT)
            .attributes(attributes)
            .blocks(blocks::all()),
    )
}

const ABOUT: &str = "How the provider reaches AWS. The arguments are those of `hashicorp/aws`, and \
    whatever is left out comes from where AWS's own tools take it: the standard environment \
    variables, the shared configuration files, the role of the container or instance.";

fn credentials() -> Vec<Attribute> {
    vec![
        Attribute::string("region").optional().describe(
            "AWS region of resources that name none. Default: `AWS_REGION`, `AWS_DEFAULT_REGION` \
             or the profile's.",
        ),
        Attribute::string("profile").optional().describe(
            "Profile in the shared configuration and credentials files. Default: `AWS_PROFILE`.",
        ),
        Attribute::string("access_key")
            .optional()
            .sensitive()
            .describe("Access key id; goes with `secret_key`. Default: `AWS_ACCESS_KEY_ID`."),
        Attribute::string("secret_key")
            .optional()
            .sensitive()
            .describe(
                "Secret access key; goes with `access_key`. Default: `AWS_SECRET_ACCESS_KEY`.",
            ),
        Attribute::string("token")
            .optional()
            .sensitive()
            .describe("Session token of temporary keys. Default: `AWS_SESSION_TOKEN`."),
        Attribute::list_of("shared_config_files", Type::String)
            .optional()
            .describe("Shared configuration files. Default: `AWS_CONFIG_FILE` or `~/.aws/config`."),
        Attribute::list_of("shared_credentials_files", Type::String)
            .optional()
            .describe(
                "Shared credentials files. Default: `AWS_SHARED_CREDENTIALS_FILE` or \
             `~/.aws/credentials`.",
            ),
        Attribute::string("sts_region")
            .optional()
            .describe("Region of the Security Token Service. Default: the provider's region."),
        Attribute::string("ec2_metadata_service_endpoint")
            .optional()
            .describe(
                "URL of the instance metadata service. Default: \
             `AWS_EC2_METADATA_SERVICE_ENDPOINT`, or AWS's.",
            ),
    ]
}

fn checks() -> Vec<Attribute> {
    vec![
        Attribute::set_of("allowed_account_ids", Type::String).optional().describe(
            "Ids of the accounts that may be worked on; any other is refused before anything is \
             read or changed. Conflicts with `forbidden_account_ids`.",
        ),
        Attribute::set_of("forbidden_account_ids", Type::String).optional().describe(
            "Ids of accounts that must not be worked on. Conflicts with `allowed_account_ids`.",
        ),
        Attribute::bool("skip_region_validation").optional().describe(
            "Take the name of the region as it is, even if it does not look like one of AWS's. \
             Default: `false`.",
        ),
        Attribute::bool("skip_credentials_validation").optional().describe(
            "Do not ask AWS whose the credentials are before anything else is done. Then the first \
             call that fails says what is wrong with them. For networks from which the Security \
             Token Service cannot be reached. Default: `false`.",
        ),
        Attribute::bool("skip_requesting_account_id").optional().describe(
            "Do not ask the Security Token Service for the account. Then the account cannot be \
             compared with `allowed_account_ids` or `forbidden_account_ids`. Default: `false`.",
        ),
        Attribute::number("max_retries").optional().describe(
            "How often a call is repeated that failed on the way: the connection broke, AWS failed \
             or did not answer. Default: `AWS_MAX_ATTEMPTS` less one, or as often as `timeouts` \
             allow. A call that AWS throttles is asked again when it is its turn, and does not \
             count.",
        ),
        Attribute::string("retry_mode").optional().describe(
            "Accepted for configurations written for `hashicorp/aws`: `standard` or `adaptive`. \
             Calls are always paced by what AWS lets through, for all resources together.",
        ),
    ]
}

fn network() -> Vec<Attribute> {
    vec![
        Attribute::string("http_proxy").optional().describe(
            "URL of the proxy for unencrypted calls. Default: `HTTP_PROXY`.",
        ),
        Attribute::string("https_proxy").optional().describe(
            "URL of the proxy for encrypted calls. Default: `HTTPS_PROXY`.",
        ),
        Attribute::string("no_proxy").optional().describe(
            "Hosts that are called without a proxy, separated by commas. Default: `NO_PROXY`.",
        ),
        Attribute::bool("insecure").optional().describe(
            "Accept any certificate of those that are called. For tests only. Default: `false`.",
        ),
        Attribute::string("custom_ca_bundle").optional().describe(
            "Path of a PEM file with the certificates of authorities to trust. Default: \
             `AWS_CA_BUNDLE`, or those of the system.",
        ),
        Attribute::bool("use_fips_endpoint").optional().describe(
            "Call the FIPS endpoints of AWS. Default: `AWS_USE_FIPS_ENDPOINT`, or `false`.",
        ),
        Attribute::bool("use_dualstack_endpoint").optional().describe(
            "Call endpoints of AWS that have IPv6 too. Default: `AWS_USE_DUALSTACK_ENDPOINT`, or \
             `false`.",
        ),
    ]
}

fn ours() -> Vec<Attribute> {
    vec![
        Attribute::bool("preflight").optional().describe(
            "Check at plan, by at most 12 reads for each resource that changes, what AWS would \
             refuse or what could not work: subnets, zones, security groups, brokers' addresses \
             and instances, DNS, names. What the same apply may still put right is a warning. A \
             read that is not allowed switches its checks off, with a warning. Switch it off \
             where plans must not read from AWS beyond the resource itself. Default: `true`.",
        ),
        Attribute::set_of("restricted_regions", Type::String).optional().describe(
            "Regions in which no new path is made. The default is what the reference service for \
             Kafka over PrivateLink does not offer; AWS has no such limit. Default: \
             `[\"us-west-1\", \"af-south-1\"]`.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_is_described_and_named_well() {
        assert_eq!(schema().review(), Vec::<String>::new());
    }

    #[test]
    fn secrets_are_hidden() {
        let sensitive: Vec<String> = schema()
            .block
            .attributes
            .into_iter()
            .filter(|attribute| attribute.sensitive)
            .map(|attribute| attribute.name)
            .collect();
        assert_eq!(sensitive, ["access_key", "secret_key", "token"]);
    }
}
