//! Second provider: a container, by testcontainers.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;
use testcontainers::core::{IntoContainerPort, Mount};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};

use super::super::machine::machine;
use super::super::{name, sql, state::State};
use super::binaries;
use super::chain::{Place, Served};
use super::error::{ContainerError, ProviderError};
use super::provenance::Provider;
use super::throwaway::SETTINGS;
use crate::secret::SecretUrl;
use crate::wait::{Progress, Wait};

/// The label by which a container of ours is found again: its state folder.
const LABEL: &str = "e2e-validate.state";
/// The label that tells whose state folder that is: an engine may serve several machines.
const MACHINE: &str = "e2e-validate.machine";
/// An engine on this machine answers in milliseconds.
const ENGINE_ALLOWED: Duration = Duration::from_secs(2);
/// Starting the container.
const START_ALLOWED: Duration = Duration::from_mins(1);
/// Pulling the image, where this is the only way to a server.
const PULL_ALLOWED: Duration = Duration::from_mins(3);
/// Pulling the image, where the next provider starts a server within a second.
const SHORT_PULL_ALLOWED: Duration = Duration::from_secs(2);
/// `initdb` in the container, and the start of the server.
const ANSWER_ALLOWED: Duration = Duration::from_mins(1);
/// Where the image keeps its data; given, since newer images have another place.
const DATA: &str = "/var/lib/postgresql/data";
/// The port in the container.
const PORT: u16 = 5432;

/// Starts a container, detached: it outlives this process and is removed by the reaper.
pub(super) async fn serve(place: Place<'_>) -> Result<Served, ProviderError> {
    let engine = engine().await?;
    place.record.engine = true;
    place.record.write(place.state)?;
    if let Err(error) = remove_orphans().await {
        tracing::debug!(%error, "containers of an earlier run were not removed");
    }
    let image = &place.options.image;
    let password = name::password();
    if engine.inspect_image(image).await.is_err() {
        let pinned = place.options.pin == Some(Provider::Docker);
        let allowed = if !pinned && binaries::are_there() { SHORT_PULL_ALLOWED } else { PULL_ALLOWED };
        pull(image, allowed).await?;
    }
    let container = start(image, request(image, &password, place.state)).await?;
    let admin = address(&container, image, &password).await?;
    let id = container.id().to_owned();
    // Its destructor would remove it while other processes use it.
    std::mem::forget(container);
    answers(&engine, &id, image, &admin).await?;
    Ok(Served { admin, place: image.clone() })
}

/// The engine, if it answers at once.
async fn engine() -> Result<Docker, ContainerError> {
    let client = docker_client_instance().await.map_err(|error| ContainerError::NoEngine(error.to_string()))?;
    match tokio::time::timeout(ENGINE_ALLOWED, client.ping()).await {
        Ok(Ok(_)) => Ok(client),
        Ok(Err(error)) => Err(ContainerError::NoEngine(error.to_string())),
        Err(_) => Err(ContainerError::NoEngine(format!("silent for {} s", ENGINE_ALLOWED.as_secs()))),
    }
}

fn request(image: &str, password: &str, state: &State) -> ContainerRequest<GenericImage> {
    let (repository, tag) = split(image);
    let flags = SETTINGS.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]);
    GenericImage::new(repository, tag)
        .with_exposed_port(PORT.tcp())
        .with_env_var("POSTGRES_USER", "postgres")
        .with_env_var("POSTGRES_PASSWORD", password)
        .with_env_var("POSTGRES_HOST_AUTH_METHOD", "password")
        .with_env_var("POSTGRES_INITDB_ARGS", "--no-sync --no-locale --encoding=UTF8")
        .with_env_var("PGDATA", DATA)
        .with_mount(Mount::tmpfs_mount(DATA))
        .with_label(LABEL, state.folder().display().to_string())
        .with_label(MACHINE, machine())
        .with_cmd(std::iter::once("postgres".to_owned()).chain(flags))
}

/// Repository and tag: a colon before the last slash belongs to a registry's port.
fn split(image: &str) -> (&str, &str) {
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, "latest"),
    }
}

/// Pulls an image that is not there. What the engine says goes to the log: it is long, and names hosts.
async fn pull(image: &str, allowed: Duration) -> Result<(), ContainerError> {
    let (repository, tag) = split(image);
    let reason = match tokio::time::timeout(allowed, GenericImage::new(repository, tag).pull_image()).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("not done within {} s", allowed.as_secs()),
    };
    tracing::debug!(image, %reason, "the image was not pulled");
    Err(ContainerError::NoImage { image: image.to_owned() })
}

async fn start(
    image: &str,
    request: ContainerRequest<GenericImage>,
) -> Result<ContainerAsync<GenericImage>, ContainerError> {
    let reason = match tokio::time::timeout(START_ALLOWED, request.start()).await {
        Ok(Ok(container)) => return Ok(container),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("not done within {} s", START_ALLOWED.as_secs()),
    };
    Err(ContainerError::NotStarted { image: image.to_owned(), reason })
}

async fn address(
    container: &ContainerAsync<GenericImage>,
    image: &str,
    password: &str,
) -> Result<SecretUrl, ContainerError> {
    let not_started = |reason: String| ContainerError::NotStarted { image: image.to_owned(), reason };
    let host = container.get_host().await.map_err(|error| not_started(error.to_string()))?;
    // "localhost" may mean IPv6 first, where the engine publishes another port, or none.
    let host = if host.to_string() == "localhost" { "127.0.0.1".to_owned() } else { host.to_string() };
    let port = container.get_host_port_ipv4(PORT.tcp()).await.map_err(|error| not_started(error.to_string()))?;
    SecretUrl::parse(&format!("postgres://postgres:{password}@{host}:{port}/postgres?sslmode=disable"))
        .map_err(|error| not_started(error.to_string()))
}

async fn answers(engine: &Docker, id: &str, image: &str, admin: &SecretUrl) -> Result<(), ContainerError> {
    let outcome = Wait::new("PostgreSQL in the container to answer", ANSWER_ALLOWED)
        .until(|| async {
            let error = match sql::connect(admin).await {
                Ok(_) => return Progress::Done(()),
                Err(error) => error.to_string(),
            };
            match engine.inspect_container(id, None).await.ok().and_then(|seen| seen.state?.running) {
                Some(true) => Progress::NotYet(error),
                _ => Progress::Never("the container ended".to_owned()),
            }
        })
        .await;
    match outcome {
        Ok(()) => Ok(()),
        Err(why) => {
            Err(ContainerError::Silent { image: image.to_owned(), why: Box::new(why), log: log(engine, id).await })
        }
    }
}

/// The container's last lines.
async fn log(engine: &Docker, id: &str) -> String {
    let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail("20").build();
    let lines: Vec<String> =
        engine.logs(id, Some(options)).filter_map(async |line| line.ok().map(|line| line.to_string())).collect().await;
    lines.concat().trim().to_owned()
}

/// Removes the containers of a state folder, and says which they were.
pub(in super::super) async fn remove(state: &State) -> Result<Vec<String>, ContainerError> {
    let engine = engine().await?;
    remove_where(&engine, |folder| folder == state.folder()).await
}

/// Removes the containers of state folders that are no longer there (a machine that was restarted).
pub(in super::super) async fn remove_orphans() -> Result<Vec<String>, ContainerError> {
    let engine = engine().await?;
    remove_where(&engine, |folder| !folder.exists()).await
}

async fn remove_where(engine: &Docker, is_to_go: impl Fn(&Path) -> bool) -> Result<Vec<String>, ContainerError> {
    let ours = format!("{MACHINE}={}", machine());
    let filters = HashMap::from([("label", vec![ours.as_str()])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let found =
        engine.list_containers(Some(options)).await.map_err(|error| ContainerError::NoEngine(error.to_string()))?;
    let mut removed = Vec::new();
    for container in found {
        let folder = container.labels.and_then(|mut labels| labels.remove(LABEL)).unwrap_or_default();
        let Some(id) = container.id.filter(|_| is_to_go(Path::new(&folder))) else { continue };
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        engine
            .remove_container(&id, Some(options))
            .await
            .map_err(|error| ContainerError::NotRemoved { id: id.clone(), reason: error.to_string() })?;
        removed.push(id);
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_not_a_tag() {
        assert_eq!(split("postgres:16"), ("postgres", "16"));
        assert_eq!(split("postgres"), ("postgres", "latest"));
        assert_eq!(split("registry:5000/team/postgres"), ("registry:5000/team/postgres", "latest"));
        assert_eq!(split("registry:5000/team/postgres:16"), ("registry:5000/team/postgres", "16"));
    }
}
