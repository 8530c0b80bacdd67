//! The oracle against a plain `csv` read of the same bytes. The goal is a ratio of at most 2.5.

mod generate;

use csv::ByteRecord;
use divan::Bencher;
use divan::counter::BytesCount;
use harness::oracle::{self, Inputs};
use harness::payload::Payload;

/// Rows of pods in the generated payload.
const ROWS: usize = 200_000;

fn main() {
    let payload = generate::payload(ROWS);
    println!("a payload of {ROWS} rows of pods, {} bytes of CSV", payload.csv_bytes());
    println!("{}", ratio(&payload));
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn plain_csv_read(bencher: Bencher<'_, '_>) {
    let payload = generate::payload(ROWS);
    bencher.counter(BytesCount::new(payload.csv_bytes())).bench(|| read(&payload));
}

#[divan::bench(sample_count = 10)]
fn oracle_expects(bencher: Bencher<'_, '_>) {
    let payload = generate::payload(ROWS);
    bencher.counter(BytesCount::new(payload.csv_bytes())).bench(|| expect(&payload));
}

/// The best of some turns of both, taken in turn, so that both meet the same machine.
fn ratio(payload: &Payload) -> String {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..7 {
        for (best, turn) in best.iter_mut().zip([read as fn(&Payload) -> usize, expect]) {
            let started = std::time::Instant::now();
            divan::black_box(turn(payload));
            *best = best.min(started.elapsed().as_secs_f64());
        }
    }
    let [read, oracle] = best;
    format!("plain csv read {:.1} ms, oracle {:.1} ms: {:.2} times", read * 1e3, oracle * 1e3, oracle / read)
}

/// Reads every cell of every file and does nothing with it.
fn read(payload: &Payload) -> usize {
    let mut cells = 0;
    for file in payload.files() {
        let mut reader = csv::Reader::from_reader(&file.bytes[..]);
        let mut row = ByteRecord::new();
        while reader.read_byte_record(&mut row).expect("generated CSV is sound") {
            cells += row.len();
        }
    }
    cells
}

fn expect(payload: &Payload) -> usize {
    let inputs = Inputs::of_source("bench");
    oracle::expect(payload, &inputs).expect("a generated payload is sound").summary_rows.len()
}
