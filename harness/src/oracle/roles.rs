//! Roles of nodes, which decide where what no pod took of them is booked.

use csv::ByteRecord;

use super::error::OracleError;
use super::namespace::{OF_MASTERS, PLATFORM_UNALLOCATED, WORKER_UNALLOCATED};
use super::pods::Pods;
use super::symbols::{QuickMap, Symbol, Symbols};
use crate::payload::{PayloadFile, Table};

/// The label that makes a node an infra node.
const INFRA_LABEL: &[u8] = b"label_node_role_kubernetes_io:infra";

/// Nodes with labels.
#[derive(Debug, Default)]
pub(super) struct Roles {
    infra: QuickMap<Symbol, bool>,
}

impl Roles {
    /// Adds a file of node labels.
    pub(super) fn read(&mut self, file: &PayloadFile, symbols: &mut Symbols) -> Result<(), OracleError> {
        let mut table = Table::open(file)?;
        let (node, labels) = (table.column("node"), table.column("node_labels"));
        let mut row = ByteRecord::new();
        while table.next(&mut row)? {
            let infra = self.infra.entry(symbols.of(node.of(&row))).or_default();
            *infra = *infra || labels.of(&row).split(|byte| *byte == b'|').any(|label| label == INFRA_LABEL);
        }
        Ok(())
    }

    /// The namespace for what no pod took of a node; none if the node has no row of labels, since then its role is not
    /// known. Source: facts `koku-formulas.md` §3; a role in the pods' file was read there, not measured.
    pub(super) fn unallocated(&self, node: Symbol, pods: &Pods, symbols: &mut Symbols) -> Option<&'static str> {
        let infra = *self.infra.get(&node)?;
        let of_masters = symbols.of(OF_MASTERS);
        let is_platform = match pods.roles.get(&node) {
            Some(role) => matches!(&role[..], b"master" | b"infra"),
            None => infra || pods.groups.iter().any(|group| group.node == node && group.namespace == of_masters),
        };
        Some(if is_platform { PLATFORM_UNALLOCATED } else { WORKER_UNALLOCATED })
    }
}
