//! The profile itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Budgets, SchemaRule, SourcesDialect, TargetKind, TenantMaker};

/// What one chart calls its things and how it behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// The word of scenario files, and the name of the profile's file. For people only: no code asks for it.
    pub name: String,
    /// What chart this is, in a sentence.
    pub summary: String,
    /// The chart's own names.
    pub chart: Chart,
    /// The database, its roles and what it must hold.
    pub database: Database,
    /// How tenants are made and named.
    pub tenants: Tenants,
    /// Who makes tenants of the chart's own accord, and when.
    pub bootstrap: Bootstrap,
    /// Which Sources API the chart serves.
    pub sources: Service,
    /// Which dialect that API speaks.
    pub sources_dialect: SourcesDialect,
    /// Where Koku answers.
    pub koku: Service,
    /// Where cost reports are uploaded to.
    pub upload: Service,
    /// The job that migrates the database.
    pub migration: Job,
    /// The program that processes payloads, in which an operator runs commands.
    pub processor: Component,
    /// The command, run in the processor, that migrates one tenant's schema; `{schema}` stands for it.
    pub migrate_command: Vec<String>,
    /// How the chart is installed into a cluster and reached there.
    pub cluster: ClusterSettings,
    /// The longest time that each wait may take.
    pub budgets: Budgets,
}

/// How the chart is installed into a cluster and reached there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClusterSettings {
    /// The chart that is installed unless another one is named, as a folder below the fixtures.
    pub chart: String,
    /// Values files of that chart, within its folder.
    pub values: Vec<String>,
    /// The values that name images, as dotted paths of `{repository, tag}`.
    pub images: Images,
    /// The secret with the database's credentials.
    pub credentials: Credentials,
    /// The path of the readiness probe by which a workload is ready only when the tenants are there, where a chart has one.
    pub readiness: Option<String>,
    /// The value that has the parts take troubles, as a dotted path, where the chart's parts are fakes.
    pub troubles_value: Option<String>,
    /// The values that bring a fault about, by the fault's name: dotted paths and what they are set to.
    pub faults: BTreeMap<String, BTreeMap<String, String>>,
}

/// The values that name images, each a dotted path to `{repository, tag}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Images {
    /// PostgreSQL's.
    pub database: String,
    /// That of Koku and what stands around it.
    pub koku: String,
}

/// The secret with the database's credentials, and its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Credentials {
    /// The secret's name.
    pub secret: String,
    /// The superuser's.
    pub superuser: Login,
    /// The owner's.
    pub owner: Login,
    /// Those of the role that can only read, where the chart has one.
    pub observer: Option<Login>,
}

/// The keys of one login in a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Login {
    /// The key of the role's name.
    pub user: String,
    /// The key of its password.
    pub password: String,
}

/// The chart's own names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Chart {
    /// The namespace that it is installed into.
    pub namespace: String,
    /// The name of the Helm release.
    pub release: String,
    /// The label by whose value workloads are found.
    pub component_label: String,
    /// The value that names the default tenant's org id, as a dotted path, where the chart has one.
    pub default_org_id_value: Option<String>,
    /// The value that lists further tenants' org ids, as a dotted path, where the chart has one.
    pub tenants_value: Option<String>,
}

/// The database, its roles and what it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Database {
    /// Where it runs.
    pub component: Component,
    /// The database's name.
    pub name: String,
    /// The role that may make extensions.
    pub superuser: String,
    /// The role that Koku works as, which owns the tenants' schemas or is granted them.
    pub owner: String,
    /// The role that can only read, as which observers look, where the chart has one. Without it they look as the owner,
    /// in sessions that are read-only by setting.
    pub observer: Option<String>,
    /// The extensions that must be there before the migration.
    pub extensions: Vec<String>,
    /// The catalog of the structure that the migrated database must have. Expected counts of tables come from it.
    pub catalog: String,
}

/// How tenants are made and named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tenants {
    /// Who makes one.
    pub made_by: TenantMaker,
    /// How the schema's name follows from the org id.
    pub schema_rule: SchemaRule,
    /// The org id of the first tenant, as the chart's values have it.
    pub default_org_id: String,
    /// The domain that a tenant must have, with `{org}` for the org id. Where it is left out, none is required.
    pub domain: Option<String>,
}

/// Who makes tenants of the chart's own accord, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bootstrap {
    /// The job, where the chart has one.
    pub job: Option<Job>,
    /// The kinds of target on which the job is a hook: there the install ends after it, and nothing can come between.
    pub hook_on: Vec<TargetKind>,
}

/// A workload, found by its component label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Component {
    /// The value of the component label.
    pub component: String,
    /// What the names of its objects begin with.
    pub name: String,
}

/// A workload that is reached over the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Service {
    /// The value of the component label.
    pub component: String,
    /// The name of the Service object.
    pub service: String,
    /// The port that it listens on.
    pub port: u16,
}

/// A job of the chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Job {
    /// The value of the component label.
    pub component: String,
    /// What its name begins with; the release's revision follows.
    pub name: String,
    /// Its weight among the hooks of one event.
    pub hook_weight: i32,
}

impl Profile {
    /// The schema of the tenant with this org id. The name needs quoting in SQL.
    #[must_use]
    pub fn schema(&self, org_id: &str) -> String {
        self.tenants.schema_rule.schema(org_id)
    }

    /// The domain that the tenant with this org id must have, where one is required.
    #[must_use]
    pub fn domain(&self, org_id: &str) -> Option<String> {
        self.tenants.domain.as_ref().map(|pattern| pattern.replace("{org}", org_id))
    }

    /// Whether a tenant without an `api_domain` row is broken.
    #[must_use]
    pub fn domain_required(&self) -> bool {
        self.tenants.domain.is_some()
    }

    /// Whether the install itself ends with bootstrapped tenants on such a target.
    #[must_use]
    pub fn bootstrap_is_hook(&self, target: TargetKind) -> bool {
        self.bootstrap.hook_on.contains(&target)
    }

    /// The command that migrates this schema, word by word.
    #[must_use]
    pub fn migrate_command_for(&self, schema: &str) -> Vec<String> {
        self.migrate_command.iter().map(|word| word.replace("{schema}", schema)).collect()
    }
}
