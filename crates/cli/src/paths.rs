//! From arguments to files: a folder stands for every file in it, however deep, in one order.

use std::fs;
use std::path::{Path, PathBuf};

use crate::errors::Failure;

/// The files behind the arguments: files as given, folders searched through, sorted by name.
/// Hidden files are passed over, links to folders are not followed.
pub(crate) fn files(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for argument in arguments {
        let meta = fs::metadata(argument).map_err(|error| {
            Failure::refused("file_not_readable", format!("{error}."))
                .file(argument)
                .hint("Check the path and the rights to read it.")
        })?;
        if meta.is_dir() {
            folder(argument, &mut found)?;
        } else {
            found.push(argument.clone());
        }
    }
    Ok(found)
}

fn folder(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::refused("folder_not_readable", format!("{error}."))
            .file(path)
            .hint("Check the rights to read the folder.")
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden {
            let kind = entry.file_type().map_err(unreadable)?;
            entries.push((entry.path(), kind));
        }
    }
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    for (path, kind) in entries {
        if kind.is_dir() {
            folder(&path, found)?;
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stand_for_their_files_in_order() {
        let root = tempfile::tempdir().unwrap();
        let name = |name: &str| root.path().join(name);
        fs::create_dir_all(name("b/deep")).unwrap();
        for file in ["b/deep/2.sta", "b/1.sta", "c.sta", "a.sta", ".hidden"] {
            fs::write(name(file), "x").unwrap();
        }
        let expected: Vec<PathBuf> = ["a.sta", "b/1.sta", "b/deep/2.sta", "c.sta"]
            .iter()
            .map(|file| name(file))
            .collect();
        assert_eq!(files(&[root.path().to_owned()]).unwrap(), expected);
        assert!(files(&[name("none")]).is_err());
    }
}
