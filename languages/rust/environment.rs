//! The `__OW_` variables of the running activation, over those that were there when it started.

use std::collections::{HashMap, HashSet};
use std::env;

pub struct Environment {
    loaded: HashMap<String, String>,
    given: HashSet<String>,
}

impl Environment {
    pub fn new() -> Self {
        let all = env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let loaded = all.filter(|(name, _)| name.starts_with("__OW_")).collect();
        Environment {
            loaded,
            given: HashSet::new(),
        }
    }

    pub fn enter(&mut self, context: Vec<(String, String)>) {
        let left = std::mem::take(&mut self.given);
        for (name, value) in context {
            if set(&name, &value) {
                self.given.insert(name);
            }
        }
        for name in left.difference(&self.given) {
            match self.loaded.get(name) {
                Some(value) => env::set_var(name, value),
                None => env::remove_var(name),
            }
        }
    }
}

/// Setting a variable costs more than looking at it.
fn set(name: &str, value: &str) -> bool {
    let can_be_set = !name.contains(['=', '\0']) && !value.contains('\0');
    if can_be_set && env::var_os(name).map_or(true, |known| known != value) {
        env::set_var(name, value);
    }
    can_be_set
}
