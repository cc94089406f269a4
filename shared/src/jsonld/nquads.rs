//! Quads as text: the canonical form of [RDFC-1.0 A](https://www.w3.org/TR/rdf-canon/#canonical-quads).

use super::quad::{Node, Object, Quad};

/// What blank nodes are called in lines.
pub(super) trait Names {
    /// Writes the name of a node, without `_:`.
    fn write(&self, line: &mut Vec<u8>, node: usize);
    /// A number for each name, in the order of the names followed by a space.
    fn place(&self, node: usize) -> u64;
}

/// Writes one quad as a line, its blank nodes by these names.
pub(super) fn write_quad(line: &mut Vec<u8>, quad: &Quad<'_>, names: &impl Names) {
    write_node(line, quad.subject, names);
    line.push(b' ');
    write_iri(line, quad.predicate);
    line.push(b' ');
    match quad.object {
        Object::Node(node) => write_node(line, node, names),
        Object::Typed(text, datatype) => {
            write_text(line, text);
            if let Some(datatype) = datatype {
                line.extend_from_slice(b"^^");
                write_iri(line, datatype);
            }
        }
        Object::InLanguage(text, language) => {
            write_text(line, text);
            line.push(b'@');
            line.extend_from_slice(language.as_bytes());
        }
    }
    if let Some(graph) = quad.graph {
        line.push(b' ');
        write_node(line, graph, names);
    }
    line.extend_from_slice(b" .\n");
}

fn write_node(line: &mut Vec<u8>, node: Node<'_>, names: &impl Names) {
    match node {
        Node::Iri(iri) => write_iri(line, iri),
        Node::Blank(number) => {
            line.extend_from_slice(b"_:");
            names.write(line, number);
        }
    }
}

fn write_iri(line: &mut Vec<u8>, iri: &str) {
    line.push(b'<');
    line.extend_from_slice(iri.as_bytes());
    line.push(b'>');
}

/// A text in quotes, with the escapes that the canonical form has and no others.
fn write_text(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    let mut rest = text;
    if is_plain(text.as_bytes()) {
        line.extend_from_slice(text.as_bytes());
        rest = "";
    }
    while let Some(at) = rest.bytes().position(may_need_escape) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        line.extend_from_slice(plain.as_bytes());
        let mut characters = special.chars();
        if let Some(character) = characters.next() {
            write_escaped(line, character);
        }
        rest = characters.as_str();
    }
    line.extend_from_slice(rest.as_bytes());
    line.push(b'"');
}

/// True of bytes that are escaped, and of the first byte of the two characters that XML 1.1 excludes.
fn may_need_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7F | 0xEF)
}

/// True if no byte may need an escape; without an early end, so that many bytes are looked at together.
fn is_plain(text: &[u8]) -> bool {
    !text.iter().fold(false, |found, byte| found | may_need_escape(*byte))
}

fn write_escaped(line: &mut Vec<u8>, character: char) {
    let short = match character {
        '\u{8}' => b'b',
        '\t' => b't',
        '\n' => b'n',
        '\u{C}' => b'f',
        '\r' => b'r',
        '"' => b'"',
        '\\' => b'\\',
        '\0'..='\u{1F}' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}' => {
            line.extend_from_slice(format!("\\u{:04X}", u32::from(character)).as_bytes());
            return;
        }
        other => {
            line.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
    };
    line.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbered;

    impl Names for Numbered {
        fn write(&self, line: &mut Vec<u8>, node: usize) {
            line.extend_from_slice(format!("n{node}").as_bytes());
        }

        fn place(&self, node: usize) -> u64 {
            u64::try_from(node).unwrap()
        }
    }

    fn line(object: Object<'_>, graph: Option<Node<'_>>) -> String {
        let quad = Quad { subject: Node::Blank(3), predicate: "p:p", object, graph };
        let mut line = Vec::new();
        write_quad(&mut line, &quad, &Numbered);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn every_kind_of_object_has_its_form() {
        assert_eq!(line(Object::Node(Node::Iri("o:o")), None), "_:n3 <p:p> <o:o> .\n");
        assert_eq!(line(Object::Node(Node::Blank(1)), Some(Node::Blank(2))), "_:n3 <p:p> _:n1 _:n2 .\n");
        assert_eq!(
            line(Object::Typed("1", Some("d:d")), Some(Node::Iri("g:g"))),
            "_:n3 <p:p> \"1\"^^<d:d> <g:g> .\n"
        );
        assert_eq!(line(Object::InLanguage("x", "en"), None), "_:n3 <p:p> \"x\"@en .\n");
    }

    #[test]
    fn text_is_escaped_as_the_library_escapes_it() {
        let every: String =
            (0..0x100).chain([0xFFFD, 0xFFFE, 0xFFFF, 0x1_F600]).filter_map(char::from_u32).collect();
        let expected = oxrdf::Literal::new_simple_literal(&every).to_string();
        assert_eq!(line(Object::Typed(&every, None), None), format!("_:n3 <p:p> {expected} .\n"));
    }
}
