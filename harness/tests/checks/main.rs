//! Observers, checks and faults: on a real PostgreSQL, and on facts made in memory.

mod api;
mod catalog;
mod data;
mod doctor;
mod fingerprint;
mod healthy;
mod likeness;
mod model;
mod mutation;
mod objects;
mod observer;
mod payloads;
mod proof;
mod providers;
mod relay;
mod remedy;
mod unknown;
mod usage;
mod world;
