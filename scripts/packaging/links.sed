# SPDX-License-Identifier: ISC
# Turns the documents' links to files of the source into links to the same files in the package's doc directory. A link
# to a file that is not packaged becomes plain text.
s#\](\.\./\.\./#](#g
s#\](scripts/\(examples/\|ansible/\|monitoring/\)#](\1#g
s#\](\(ansible\|monitoring\)/#](examples/\1/#g
s#\[agent/[a-z]*/\([a-z]*\.md\)\](#[\1](#g
s#\](agent/[a-z]*/\([a-z]*\.md\)\(\#[^)]*\)\{0,1\})#](\1\2)#g
s#\[\([^]]*\)\](\(agent\|keystore\|platform\|scripts\|tests\|CONTRIBUTING\|CHANGELOG\|LICENSE\)[^)]*)#\1#g
