//! What Terraform was asked to do.
//!
//! `terraform destroy` plans the configuration like any other, before it plans that everything goes,
//! and no call tells the two apart. The command line of the process that started this one does: it is
//! readable on Linux, and elsewhere nothing is known.
//! (`destroyPlan` in internal/terraform/context_plan.go)

/// Is everything to be destroyed?
pub fn destroys() -> bool {
    is_destroy(&parent())
}

#[cfg(unix)]
fn parent() -> Vec<u8> {
    let process = std::os::unix::process::parent_id();
    std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default()
}

#[cfg(not(unix))]
fn parent() -> Vec<u8> {
    Vec::new()
}

/// `line`: the program and its arguments, each with a null byte behind it (proc_pid_cmdline(5)).
fn is_destroy(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let arguments = || line.split('\0').skip(1);
    let command = arguments().find(|it| !it.starts_with('-'));
    let is_option = |it: &str| matches!(it, "-destroy" | "--destroy" | "-destroy=true");
    match command {
        Some("destroy") => true,
        Some("plan" | "apply") => arguments().any(is_option),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destroy_is_told_by_the_command_line() {
        for (line, expected) in [
            ("terraform destroy", true),
            ("terraform -chdir=infra destroy -auto-approve", true),
            ("tofu plan -out=x -destroy", true),
            ("terraform apply -destroy", true),
            ("terraform apply", false),
            ("terraform plan -target=destroy", false),
            ("terraform apply destroy", false),
            ("terraform import x destroy", false),
            ("terraform", false),
            ("", false),
        ] {
            let line = line.replace(' ', "\0");
            assert_eq!(is_destroy(line.as_bytes()), expected, "{line:?}");
        }
        assert!(!destroys(), "cargo does not");
    }
}
