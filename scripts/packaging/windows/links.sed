# SPDX-License-Identifier: ISC
# As scripts/packaging/links.sed, for the folder that the Windows installer makes.
s#\](\.\./\.\./#](#g
s#\](scripts/examples/genkey-agent\.toml)#](genkey-agent.toml.example)#g
s#\[agent/[a-z]*/\([a-z]*\.md\)\](#[\1](#g
s#\](agent/[a-z]*/\([a-z]*\.md\)\(\#[^)]*\)\{0,1\})#](\1\2)#g
s#\[\([^]]*\)\](\(agent\|keystore\|platform\|scripts\|tests\|CONTRIBUTING\|CHANGELOG\|LICENSE\)[^)]*)#\1#g
