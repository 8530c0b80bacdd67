//! Cost reports enter through the ingress, as a multipart upload (`koku.md` §7, `charts.md` §2).

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};

use crate::http::{HttpEndpoint, HttpError, Reply};
use crate::identity::Identity;

const PATH: &str = "/api/ingress/v1/upload";
const TAR_GZ_OF_REPORTS: &str = "application/vnd.redhat.hccm.filename+tgz";

/// Uploads a payload (the bytes of its tar.gz) as this identity, and gives the reply, whatever its status: 202 takes the payload
/// in. `acted` is told the request.
///
/// The ingress only takes it in: what becomes of it is seen in Koku's database.
pub async fn upload(
    endpoint: &HttpEndpoint,
    identity: &Identity,
    file_name: &str,
    bytes: Vec<u8>,
    acted: impl Fn(String),
) -> Result<Reply, HttpError> {
    let (url, length) = (endpoint.url(PATH), bytes.len());
    acted(format!("POST {url} (multipart, file {file_name}, {length} bytes, {TAR_GZ_OF_REPORTS})"));
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(TAR_GZ_OF_REPORTS))]);
    let part = Part::bytes(bytes).file_name(file_name.to_owned()).headers(headers);
    let form = Form::new().part("file", part);
    endpoint.send(Method::POST, PATH, identity, |request| request.multipart(form)).await
}
