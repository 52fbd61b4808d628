//! Histories in files: the formats, the errors with their lines, and robustness against any bytes.

use ringside_checker::{
    Call, Completion, Datum, History, RecordedHistory, json_line, read, to_json_lines,
};

fn parsed(text: &str) -> RecordedHistory {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

fn read_error(text: &str) -> String {
    read(text.as_bytes()).expect_err(text).to_string()
}

fn int(it: i64) -> Datum {
    Datum::Int(it)
}

/// A history as Knossos writes it: one map per line.
const KNOSSOS: &str = "\
{:process 0, :type :invoke, :f :write, :value 3}
{:process 1, :type :invoke, :f :cas, :value [3 4]}
{:process 0, :type :ok, :f :write, :value 3}
{:process 1, :type :fail, :f :cas, :value [3 4]}
{:process 2, :type :invoke, :f :read, :value nil}
{:process 2, :type :ok, :f :read, :value 3}
{:process 3, :type :invoke, :f :write, :value 5}
{:process 3, :type :info, :f :write, :value :timed-out}
";

#[test]
fn maps_are_read_line_by_line() {
    let record = parsed(KNOSSOS);
    let operations = record.history.operations();
    let calls: Vec<_> = operations.iter().map(|it| it.call.clone()).collect();
    let cas = Call::Cas { from: int(3), to: int(4) };
    assert_eq!(calls, [Call::Write(int(3)), cas, Call::Read(Some(int(3))), Call::Write(int(5))]);
    let ends: Vec<_> = operations.iter().map(|it| it.end).collect();
    assert_eq!(
        ends,
        [Completion::Ok(3), Completion::Fail(4), Completion::Ok(6), Completion::Info(Some(8))]
    );
    let ids = record.history.events().map(|event| event.id);
    let lines: Vec<u32> = ids.map(|id| record.line(id)).collect();
    assert_eq!(lines, [1, 2, 1, 2, 5, 5, 7, 7], "an operation's line is that of its invocation");
}

#[test]
fn a_vector_of_maps_is_the_same_history() {
    let vector = format!("; a comment\n[{KNOSSOS}]\n");
    assert_eq!(parsed(&vector).history, parsed(KNOSSOS).history);
    let list = format!("({KNOSSOS})");
    assert_eq!(parsed(&list).history, parsed(KNOSSOS).history);
    let tagged = KNOSSOS.replace('{', "#jepsen.history.Op{:index 7, :time 1234567890123, ");
    assert_eq!(parsed(&tagged).history, parsed(KNOSSOS).history);
    let windows = KNOSSOS.replace('\n', "\r\n");
    assert_eq!(parsed(&windows).history, parsed(KNOSSOS).history);
    let noisy = KNOSSOS.replace(
        "{:process",
        "#_{:a [1 #{2}]} {:error [:x \"a \\\" }\" \\} 1.5 #inst \"2020\"] :process",
    );
    assert_eq!(parsed(&noisy).history, parsed(KNOSSOS).history);
}

#[test]
fn independent_keys_are_read_from_the_value() {
    let record = parsed(
        "{:process 0, :type :invoke, :f :write, :value [\"x\" 1]}
         {:process 1, :type :invoke, :f :cas, :value [:y [1 2]]}
         {:process :nemesis, :type :info, :f :start, :value nil}
         {:process 0, :type :ok, :f :write, :value [\"x\" 1]}
         {:process 1, :type :info, :f :cas, :value :timed-out}
         {:process 0, :type :invoke, :f :read, :value [:y nil]}
         {:process 0, :type :ok, :f :read, :value [:y nil]}",
    );
    let operations = record.history.operations();
    let keys: Vec<_> = operations.iter().map(|it| it.key.to_string()).collect();
    assert_eq!(keys, ["x", ":y", ":y"]);
    assert_eq!(operations[1].call, Call::Cas { from: int(1), to: int(2) });
    assert_eq!(operations[2].call, Call::Read(Some(Datum::Nil)));
}

#[test]
fn json_lines_are_read_by_their_fields() {
    let record = parsed(
        r#"{"process":0,"type":"invoke","f":"cas","key":"x","value":[1,[2,3]]}

           {"process":0,"type":"invoke","f":"read","key":"y","time":5}
           {"process":0,"type":"ok","f":"read","key":"y","value":"blue"}
           {"process":0,"type":"ok","f":"cas","key":"x"}"#,
    );
    let operations = record.history.operations();
    let to = Datum::List(vec![int(2), int(3)]);
    assert_eq!(operations[0].call, Call::Cas { from: int(1), to });
    assert_eq!(operations[1].call, Call::Read(Some(Datum::Text("blue".to_owned()))));
    assert_eq!((operations[0].end, operations[1].end), (Completion::Ok(4), Completion::Ok(3)));
}

#[test]
fn a_written_history_is_read_back() {
    let text = to_json_lines(&parsed(KNOSSOS).history).unwrap();
    assert_eq!(parsed(&text).history, parsed(KNOSSOS).history);
    let first = parsed(KNOSSOS);
    let line = json_line(&first.history.events().next().unwrap()).unwrap();
    let expected = r#"{"op":0,"process":0,"type":"invoke","f":"write","key":null,"value":3}"#;
    assert_eq!(line, expected);
}

#[test]
fn a_process_may_have_several_numbered_operations_open() {
    let mut history = History::new();
    let write =
        |history: &mut History<_, _>, value| history.invoke(0, Datum::Nil, Call::Write(int(value)));
    let (first, second) = (write(&mut history, 1), write(&mut history, 2));
    history.fail(second);
    let third = write(&mut history, 3);
    history.info(third);
    history.ok(first);
    let text = to_json_lines(&history).unwrap();
    assert_eq!(parsed(&text).history, history);
}

#[test]
fn a_process_may_go_on_after_an_unknown_outcome() {
    let text = format!("{KNOSSOS}{{:process 3, :type :invoke, :f :read, :value nil}}\n");
    assert_eq!(parsed(&text).history.operations().len(), 5);
}

#[test]
fn an_empty_file_is_an_empty_history() {
    for text in ["", "\n\n", "[]", "; nothing\n", "\u{feff}"] {
        assert_eq!(parsed(text).history.operations(), []);
    }
}

#[test]
fn errors_are_described_with_their_lines() {
    let open = "{:process 1, :type :invoke, :f :write, :value 3}\n";
    let cases = [
        ("hello", "line 1: hello is no event: an event is a map of process, type, f and value"),
        ("{:a 1\n", "line 1: the { here is never closed"),
        ("\n{:a}", "line 2: the map that begins here has no value for :a"),
        ("[{}\n", "line 1: this event has no process"),
        ("\n[\n", "line 2: this is never closed"),
        ("]", "line 1: this ] closes nothing"),
        ("[)", "line 1: this ) closes nothing"),
        ("{:a ]}", "line 1: there is a ] where a value is expected"),
        ("\"a\nb", "line 1: the string here is never closed"),
        ("\"\\u12\"", "line 1: \\u needs the four digits of a character"),
        ("{:process -1}", "line 1: a process has a number, not -1"),
        ("{:process 1.5}", "line 1: a process has a number, not 1.5"),
        (
            "{:process 1, :type :maybe}",
            "line 1: an event's type is invoke, ok, fail or info, not maybe",
        ),
        ("{:process 1, :type :ok}", "line 1: this event has no f"),
        ("{:process 1, :type :ok, :f 3}", "line 1: f is a name, not 3"),
        (
            "{:process 1, :type :invoke, :f :append, :value 3}",
            "line 1: a register has read, write and cas, not append",
        ),
        ("{:process 1, :type :invoke, :f :cas, :value 3}", "line 1: a cas has the value [from to]"),
        (
            "{:process 1, :type :invoke, :f :write}",
            "line 1: a write needs the value that it writes",
        ),
        (
            "{\"process\":1,\"type\":\"ok\"",
            "line 1: this is not JSON: EOF while parsing an object (column 24)",
        ),
        ("{}\n{", "line 1: this event has no process"),
    ];
    for (text, error) in cases {
        assert_eq!(read_error(text), error, "{text}");
    }
    let after = [
        (open, "line 2: process 1 invokes again before line 1 has a result"),
        (
            "{:process 1, :type :ok, :f :read, :value 3}",
            "line 2: this is the result of a read, but line 1 invoked a write",
        ),
        (
            "{:process 1, :type :ok, :f :write, :value 4}",
            "line 2: this write has another value than it had on line 1",
        ),
        (
            "{:process 2, :type :ok, :f :write, :value 3}",
            "line 2: process 2 has a result, but no open operation that it fits",
        ),
        (
            "{:process 2, :type :invoke, :f :write, :value [:x 4]}",
            "line 2: this event does not have its key where line 1 has it",
        ),
        (
            "{:process 2, :type :invoke, :f :read}\n{:process 2, :type :ok, :f :read}",
            "line 3: a read that is ok needs the value that it found",
        ),
    ];
    for (text, error) in after {
        assert_eq!(read_error(&format!("{open}{text}")), error, "{text}");
    }
    let deep = "[".repeat(50) + &"#{".repeat(100_000);
    assert_eq!(read_error(&deep), "line 1: this is nested too deep");
    assert_eq!(read_error(&"#_ ".repeat(100_000)), "line 1: this is nested too deep");
    assert_eq!(read(b"\n\n\xff").unwrap_err().to_string(), "line 3: this is not UTF-8");
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::prelude::*;
    use ringside_checker::{Datum, History, read, to_json_lines};

    use crate::random::{Values, copy, histories};

    /// The tokens of histories, and others that may confuse a reader.
    const PIECES: [&str; 46] = [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "#{",
        "#_",
        "#a",
        "^",
        ":process",
        ":type",
        ":f",
        ":value",
        ":invoke",
        ":ok",
        ":fail",
        ":info",
        ":read",
        ":write",
        ":cas",
        "nil",
        "0",
        "1",
        "-1",
        "1N",
        "9e9",
        "\"",
        "\\",
        "\\u00e9",
        ",",
        ";",
        "\n",
        "\"process\":",
        "\"type\":",
        "\"f\":",
        "\"value\":",
        "\"invoke\"",
        "\"ok\"",
        "\"read\"",
        "\"write\"",
        "null",
        "é",
        "\u{feff}",
        "{:process 0, :type :invoke, :f :read}",
        "{:process 0, :type :ok, :f :read, :value 1}",
    ];

    fn json() -> impl Strategy<Value = Datum> {
        let leaf = prop_oneof![
            Just(Datum::Nil),
            any::<bool>().prop_map(Datum::Bool),
            any::<i64>().prop_map(Datum::Int),
            ".*".prop_map(Datum::Text),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            let text = ".{0,3}".prop_map(Datum::Text);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Datum::List),
                prop::collection::btree_map(text, inner, 0..4).prop_map(Datum::Map),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_pieces_make_it_panic(pieces in prop::collection::vec(0..PIECES.len(), 0..60), gap in " ?") {
            let pieces: Vec<&str> = pieces.into_iter().map(|it| PIECES[it]).collect();
            let text = pieces.join(&gap);
            if let Err(error) = read(text.as_bytes()) {
                prop_assert!(error.line >= 1 && error.line as usize <= 1 + text.matches('\n').count());
            }
        }

        #[test]
        fn any_history_is_read_back(
            history in histories(Values::Few, 20),
            values in prop::collection::vec(json(), 1..6),
        ) {
            // The same history with other keys and values.
            let mut expected = History::new();
            let value = |it: u32| values[it as usize % values.len()].clone();
            copy(&history, &mut expected, |it| value(u32::from(it)), value, |_| true);
            let text = to_json_lines(&expected).unwrap();
            prop_assert_eq!(read(text.as_bytes()).unwrap().history, expected);
        }
    }
}
