//! What is saved is judged later as it would have been judged then.

use libtest_mimic::Trial;

use crate::state_folder::run;
use crate::{as_superuser, assert_seen, doctor, done, healthy, stderr, stdout, system, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("saved::facts_are_judged_later_as_doctor_judges_now", judged_later)]
}

fn judged_later() {
    let database = healthy("cost-mgmt");
    run(as_superuser(
        &database,
        "DELETE FROM api_domain; ALTER TABLE org1234567.cost_model ALTER COLUMN distribution TYPE varchar(50)",
    ));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("facts.json").display().to_string();
    let mut facts = system::harness(&["facts", "--database-url", database.reveal(), "--output", &file]);
    let saved = done(&mut facts);
    assert_eq!((saved.status.code(), stdout(&saved), stderr(&saved)), (Some(0), String::new(), String::new()));
    let text = std::fs::read_to_string(&file).expect("written");
    assert!(!text.contains(system::PASSWORD), "the password is in the file");
    for arguments in
        [&["--format", "json"][..], &[], &["--profile", "cost-mgmt", "--tenant", "org1234567", "--verbose"]]
    {
        let now = done(&mut doctor(&database, arguments));
        let later = done(system::harness(&["judge", &file]).args(arguments));
        assert_eq!(crate::command::shown(&now), crate::command::shown(&later));
        assert_eq!(now.status.code(), Some(1));
    }
    assert_seen("judged_json", &stdout(&done(&mut system::harness(&["judge", &file, "--format", "json"]))));
}
