//! Sums: which sets of open amounts make a payment. Exact, bounded, and honest about ties.
//!
//! Every search says whether it found one solution, several, or none; a search that would take
//! too long says so by finding nothing.

/// Sets of positions in `values` that add up to `target`, with `size` members each.
///
/// Stops after `most` solutions: two are as good as a hundred for "not unique".
pub(super) fn subsets(values: &[i64], target: i64, size: usize, most: usize) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    match size {
        1 => out.extend(
            (0..values.len())
                .filter(|i| values[*i] == target)
                .map(|i| vec![i])
                .take(most),
        ),
        2 | 3 => {
            let mut by_value: Vec<(i64, usize)> = values
                .iter()
                .copied()
                .enumerate()
                .map(|(i, v)| (v, i))
                .collect();
            by_value.sort_unstable();
            let mut chosen = Vec::new();
            few(
                values,
                &by_value,
                target,
                size,
                0,
                &mut chosen,
                &mut out,
                most,
            );
        }
        _ => {
            let mut budget = 400_000_u32;
            let mut chosen = Vec::new();
            let mut found = Vec::new();
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by_key(|i| std::cmp::Reverse(values[*i]));
            let sorted: Vec<i64> = order.iter().map(|i| values[*i]).collect();
            deep(
                &sorted,
                target,
                size,
                0,
                &mut chosen,
                &mut found,
                most,
                &mut budget,
            );
            if budget > 0 {
                out.extend(found.into_iter().map(|set: Vec<usize>| {
                    let mut set: Vec<usize> = set.into_iter().map(|i| order[i]).collect();
                    set.sort_unstable();
                    set
                }));
            }
        }
    }
    out
}

#[expect(clippy::too_many_arguments, reason = "a recursion carries its state")]
fn few(
    values: &[i64],
    by_value: &[(i64, usize)],
    target: i64,
    size: usize,
    from: usize,
    chosen: &mut Vec<usize>,
    out: &mut Vec<Vec<usize>>,
    most: usize,
) {
    if size == 1 {
        let first = by_value.partition_point(|(v, _)| *v < target);
        for (v, i) in &by_value[first..] {
            if *v != target || out.len() >= most {
                break;
            }
            if *i >= from {
                let mut set = chosen.clone();
                set.push(*i);
                out.push(set);
            }
        }
        return;
    }
    for i in from..values.len() {
        if out.len() >= most {
            return;
        }
        chosen.push(i);
        few(
            values,
            by_value,
            target - values[i],
            size - 1,
            i + 1,
            chosen,
            out,
            most,
        );
        chosen.pop();
    }
}

#[expect(clippy::too_many_arguments, reason = "a recursion carries its state")]
fn deep(
    sorted: &[i64],
    target: i64,
    size: usize,
    from: usize,
    chosen: &mut Vec<usize>,
    out: &mut Vec<Vec<usize>>,
    most: usize,
    budget: &mut u32,
) {
    if *budget == 0 || out.len() >= most {
        return;
    }
    *budget -= 1;
    if size == 0 {
        if target == 0 {
            out.push(chosen.clone());
        }
        return;
    }
    for i in from..sorted.len() {
        if sorted.len() - i < size {
            return;
        }
        // Sorted downward: `size` copies of this one are the most that can still come.
        if sorted[i].saturating_mul(size as i64) < target {
            return;
        }
        chosen.push(i);
        deep(
            sorted,
            target - sorted[i],
            size - 1,
            i + 1,
            chosen,
            out,
            most,
            budget,
        );
        chosen.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_several_none() {
        let values = [500, 300, 200, 700, -100, 800];
        for (target, size, expected) in [
            (700, 1, vec![vec![3]]),
            (1000, 2, vec![vec![1, 3], vec![2, 5]]),
            (900, 2, vec![vec![2, 3]]),
            (1, 2, vec![]),
            (1000, 3, vec![vec![0, 1, 2], vec![1, 4, 5]]),
            (2401, 5, vec![]),
            (2300, 4, vec![vec![0, 1, 3, 5]]),
        ] {
            let mut found = subsets(&values, target, size, 10);
            for set in &mut found {
                set.sort_unstable();
            }
            found.sort();
            let mut expected: Vec<Vec<usize>> = expected;
            for set in &mut expected {
                set.sort_unstable();
            }
            expected.sort();
            assert_eq!(found, expected, "{target} of {size}");
        }
    }

    #[test]
    fn it_stops_at_the_second_solution_and_in_time() {
        let values = vec![100; 60];
        assert_eq!(subsets(&values, 300, 3, 2).len(), 2);
        let odd: Vec<i64> = (0..60).map(|i| 1001 + 2 * i).collect();
        assert!(subsets(&odd, 1_000_000, 6, 2).is_empty());
    }
}
