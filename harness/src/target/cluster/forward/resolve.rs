//! From a service to a port of one of its pods, as it is at this moment.

use std::fmt;

use k8s_openapi::api::core::v1::{Pod, Service, ServicePort as Port};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::api::ListParams;
use kube::{Api, Client};

use super::error::NoPod;

/// A port of a service in a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// The namespace.
    pub namespace: String,
    /// The Service object's name.
    pub service: String,
    /// Its port.
    pub port: u16,
}

/// A port of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPort {
    /// The pod's name.
    pub pod: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for ServicePort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "service {}/{}:{}", self.namespace, self.service, self.port)
    }
}

impl ServicePort {
    /// The pod that serves it now: a ready one; where none is ready, one that runs, since what a part says before it is ready tells why it
    /// is not. Pods that are being deleted serve nobody.
    pub async fn resolve(&self, client: &Client) -> Result<PodPort, NoPod> {
        let failed = |source| NoPod::NotAsked { service: self.service.clone(), source: Box::new(source) };
        let services: Api<Service> = Api::namespaced(client.clone(), &self.namespace);
        let service = services.get_opt(&self.service).await.map_err(failed)?;
        let service = service
            .ok_or_else(|| NoPod::NoService { namespace: self.namespace.clone(), service: self.service.clone() })?;
        let selector = self.selector(&service)?;
        let port = self.port_of(&service)?;
        let pods: Api<Pod> = Api::namespaced(client.clone(), &self.namespace);
        let pods = pods.list(&ListParams::default().labels(&selector)).await.map_err(failed)?.items;
        let pod = self.serving(&pods)?;
        Ok(PodPort { pod: name_of(pod), port: self.target(&port, pod)? })
    }

    fn selector(&self, service: &Service) -> Result<String, NoPod> {
        let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        let pairs: Vec<String> =
            selector.into_iter().flatten().map(|(label, value)| format!("{label}={value}")).collect();
        if pairs.is_empty() { Err(NoPod::NoSelector { service: self.service.clone() }) } else { Ok(pairs.join(",")) }
    }

    fn port_of(&self, service: &Service) -> Result<Port, NoPod> {
        let ports = service.spec.as_ref().and_then(|spec| spec.ports.as_ref()).map_or(&[][..], Vec::as_slice);
        ports.iter().find(|port| port.port == i32::from(self.port)).cloned().ok_or_else(|| NoPod::NoPort {
            service: self.service.clone(),
            port: self.port,
            ports: match ports {
                [] => "none at all".to_owned(),
                ports => ports.iter().map(|port| port.port.to_string()).collect::<Vec<_>>().join(", "),
            },
        })
    }

    fn serving<'a>(&self, pods: &'a [Pod]) -> Result<&'a Pod, NoPod> {
        let running = pods.iter().filter(|pod| runs(pod));
        running
            .max_by_key(|pod| (is_ready(pod), pod.metadata.creation_timestamp.clone()))
            .ok_or_else(|| NoPod::NoneRuns { service: self.service.clone(), seen: told(pods) })
    }

    /// The pod's own port: a number, or the name of a port of one of its containers.
    fn target(&self, port: &Port, pod: &Pod) -> Result<u16, NoPod> {
        let number = match &port.target_port {
            None => Some(port.port),
            Some(IntOrString::Int(number)) => Some(*number),
            Some(IntOrString::String(name)) => named_port(pod, name),
        };
        number.and_then(|number| u16::try_from(number).ok()).ok_or_else(|| NoPod::NoNamedPort {
            service: self.service.clone(),
            pod: name_of(pod),
            name: match &port.target_port {
                Some(IntOrString::String(name)) => name.clone(),
                _ => port.port.to_string(),
            },
        })
    }
}

fn named_port(pod: &Pod, name: &str) -> Option<i32> {
    let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
    let mut ports = containers.flat_map(|container| container.ports.iter().flatten());
    ports.find(|port| port.name.as_deref() == Some(name)).map(|port| port.container_port)
}

fn runs(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_none() && phase(pod) == "Running"
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().filter_map(|status| status.conditions.as_ref()).flatten();
    conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("without a phase")
}

fn name_of(pod: &Pod) -> String {
    pod.metadata.name.clone().unwrap_or_default()
}

/// The pods that are there instead of one that runs.
fn told(pods: &[Pod]) -> String {
    if pods.is_empty() {
        return "no pod has its labels".to_owned();
    }
    let one = |pod: &Pod| {
        let state = if pod.metadata.deletion_timestamp.is_some() { "being deleted" } else { phase(pod) };
        format!("{} is {state}", name_of(pod))
    };
    pods.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;

    fn service_port() -> ServicePort {
        ServicePort { namespace: "apart".to_owned(), service: "koku".to_owned(), port: 8000 }
    }

    fn object<T: serde::de::DeserializeOwned>(yaml: &str) -> T {
        serde_yaml::from_str(yaml).expect("an object of Kubernetes")
    }

    fn pod(name: &str, phase: &str, ready: &str, rest: &str) -> Pod {
        object(&format!(
            "metadata: {{ name: {name}, {rest} }}\n\
             spec: {{ containers: [{{ name: koku, ports: [{{ name: http, containerPort: 8123 }}] }}] }}\n\
             status: {{ phase: {phase}, conditions: [{{ type: Ready, status: \"{ready}\" }}] }}"
        ))
    }

    #[test]
    fn a_ready_pod_serves_before_one_that_only_runs_and_the_newer_of_two() {
        let at = |second: u32| format!("creationTimestamp: 2026-11-24T10:00:{second:02}Z");
        let deleted = format!("{}, deletionTimestamp: 2026-11-24T11:00:00Z", at(9));
        let pods = [
            pod("old", "Running", "True", &at(1)),
            pod("new", "Running", "True", &at(2)),
            pod("newest", "Running", "False", &at(3)),
            pod("gone", "Running", "True", &deleted),
            pod("done", "Succeeded", "False", &at(8)),
        ];
        let served = |pods: &[Pod]| service_port().serving(pods).map(name_of).map_err(|error| chain(&error));
        assert_eq!(served(&pods), Ok("new".to_owned()));
        assert_eq!(served(&pods[2..]), Ok("newest".to_owned()));
        let why = "service koku has no pod that runs (gone is being deleted, done is Succeeded)";
        assert_eq!(served(&pods[3..]), Err(why.to_owned()));
        let why = "service koku has no pod that runs (no pod has its labels)";
        assert_eq!(served(&[]), Err(why.to_owned()));
    }

    #[test]
    fn a_port_is_found_by_number_and_by_name() {
        let pod = pod("koku-1", "Running", "True", "");
        let target = |yaml: &str| {
            let service: Service = object(&format!("spec: {{ ports: [{yaml}] }}"));
            let port = service_port().port_of(&service).map_err(|error| chain(&error))?;
            service_port().target(&port, &pod).map_err(|error| chain(&error))
        };
        assert_eq!(target("{ port: 8000 }"), Ok(8000));
        assert_eq!(target("{ port: 8000, targetPort: 9000 }"), Ok(9000));
        assert_eq!(target("{ port: 8000, targetPort: http }"), Ok(8123));
        let why = "service koku leads to port `web`, and pod koku-1 names no such port";
        assert_eq!(target("{ port: 8000, targetPort: web }"), Err(why.to_owned()));
        let why = "service koku has no port 8000, but 80, 443";
        assert_eq!(target("{ port: 80 }, { port: 443 }"), Err(why.to_owned()));
    }
}
