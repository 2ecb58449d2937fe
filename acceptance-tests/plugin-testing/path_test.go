// Package plugintesting lets HashiCorp's own acceptance test framework drive the provider.
//
// Run by acceptance-tests/test_plugin_testing.py, which lays out the provider, a sandbox account and
// a network, and names them in the environment.
package plugintesting

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const address = "kafka_privatelink.orders"

// environment fails where the Python side did not name something.
func environment(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run acceptance-tests/test_plugin_testing.py", name)
	}
	return value
}

// path writes one kafka_privatelink; the targets are of brokers 1, 2, ..., under bare keys.
func path(t *testing.T, more string, targets ...string) string {
	t.Helper()
	var brokers strings.Builder
	for number, target := range targets {
		fmt.Fprintf(&brokers, "    %d = { target = %q }\n", number+1, target)
	}
	return fmt.Sprintf(`
provider "kafka" {}

resource "kafka_privatelink" "orders" {
  name     = "orders"
  hostname = "kafka.test.com"
  brokers = {
%s  }
  load_balancer = {
    subnet_ids = [%s]
  }
  endpoint_service = {
    allowed_principals = ["arn:aws:iam::210987654321:root"]
  }
  endpoint = {
    vpc_id     = %q
    subnet_ids = [%s]
  }
%s}
`, brokers.String(), list(environment(t, "KAFKA_SUBNET_IDS")),
		environment(t, "CLIENT_VPC_ID"), list(environment(t, "CLIENT_SUBNET_IDS")), more)
}

func list(commaSeparated string) string {
	return `"` + strings.ReplaceAll(commaSeparated, ",", `", "`) + `"`
}

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		ExternalProviders: map[string]resource.ExternalProvider{
			"kafka": {Source: "privatelink/kafka"},
		},
		// The framework destroys at the end. What is left in AWS, the Python side looks for.
		Steps: steps,
	})
}

func action(expected plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, expected)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// The framework itself plans after each step, with a refresh and without, and fails where that is
// not empty; and it imports and compares attribute by attribute.
func TestPath(t *testing.T) {
	targets := strings.Split(environment(t, "BROKER_TARGETS"), ",")
	id := statecheck.CompareValue(compare.ValuesSame())
	same := func() statecheck.StateCheck {
		return id.AddStateValue(address, tfjsonpath.New("id"))
	}
	known := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
	}
	run(t,
		resource.TestStep{
			Config:           path(t, "", targets[:2]...),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				same(),
				known("bootstrap_servers", knownvalue.StringExact("kafka.test.com:9091")),
				known("drift", knownvalue.MapSizeExact(0)),
				known("advertised_listeners", knownvalue.MapExact(map[string]knownvalue.Check{
					"1": knownvalue.StringExact("kafka.test.com:6001"),
					"2": knownvalue.StringExact("kafka.test.com:6002"),
				})),
			},
		},
		resource.TestStep{
			ResourceName:            address,
			ImportState:             true,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: []string{"timeouts"},
			ImportStateIdFunc: func(state *terraform.State) (string, error) {
				attributes := state.RootModule().Resources[address].Primary.Attributes
				return attributes["id"] + "," + attributes["endpoint.id"], nil
			},
		},
		resource.TestStep{
			Config:           path(t, "", targets...),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				same(),
				known("brokers", knownvalue.MapSizeExact(len(targets))),
			},
		},
		resource.TestStep{
			Config:           path(t, "  tags = { team = \"kafka\" }\n", targets...),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			Config:             path(t, "  tags = { team = \"kafka\" }\n", targets...),
			PlanOnly:           true,
			ExpectNonEmptyPlan: false,
		},
		resource.TestStep{
			Config:           path(t, "  tags = { team = \"kafka\" }\n", targets[:1]...),
			Taint:            []string{address},
			ConfigPlanChecks: action(plancheck.ResourceActionReplace),
		},
	)
}

// Terraform crashes where a message names a bare key.
func TestMessages(t *testing.T) {
	targets := strings.Split(environment(t, "BROKER_TARGETS"), ",")
	run(t,
		resource.TestStep{
			Config:      path(t, "", targets[0], "kafka"),
			ExpectError: regexp.MustCompile(`brokers\["2"\]\.target: `),
		},
		resource.TestStep{
			Config:      path(t, "  bootstrap_port = 6001\n", targets...),
			ExpectError: regexp.MustCompile(`6001`),
		},
	)
}
