# SPDX-License-Identifier: ISC
# Turns the documents' links to files of the source into links to the same files in the package's doc directory. A link
# to a file that is not packaged becomes plain text.
s#\](scripts/examples/#](examples/#g
s#\](scripts/ansible/#](examples/ansible/#g
s#\](scripts/monitoring/#](examples/monitoring/#g
s#\[agent/[a-z]*/\([a-z]*\.md\)\](#[\1](#g
s#\](agent/[a-z]*/\(json\|protocol\)\.md\(\#[^)]*\)\{0,1\})#](\1.md\2)#g
s#\[\([^]]*\)\](\(agent\|keystore\|platform\|scripts\|tests\|CONTRIBUTING\|CHANGELOG\|LICENSE\)[^)]*)#\1#g
