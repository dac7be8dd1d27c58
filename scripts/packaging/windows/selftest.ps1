# Tries genkey-agent out on this Windows, in a directory of its own that is removed afterwards: what it sets on files is
# read back with Windows' own tools and judged here. Takes about a minute. As an administrator:
#     powershell -ExecutionPolicy Bypass -File selftest.ps1
# It installs no service, listens on 127.0.0.1 only, and touches nothing of an installed genkey-agent or Ops Manager.
param([string]$Program = (Join-Path $PSScriptRoot 'genkey-agent.exe'))

$ErrorActionPreference = 'Stop'
$failed = 0
$system = 'S-1-5-18'
$administrators = 'S-1-5-32-544'

function Report([string]$Name, [bool]$Good, [string]$Detail = '') {
    if ($Good) { Write-Output "passed  $Name" }
    else { Write-Output "FAILED  $Name  $Detail"; $script:failed++ }
}

$directory = Join-Path $env:ProgramData ("genkey-agent-selftest-" + [guid]::NewGuid())
$key = Join-Path $directory 'secrets\gen.key'
$state = Join-Path $directory 'state'

# What it prints stays together with its exit code; PowerShell would make errors of lines on standard error.
function Agent([string[]]$Words) {
    $ErrorActionPreference = 'Continue'
    $said = & $Program @Words '--key-file' $key '--state-dir' $state 2>&1 | ForEach-Object { "$_" }
    return @{ Code = $LASTEXITCODE; Said = ($said -join "`n") }
}

function Expect([string]$Name, [int[]]$Codes, [string[]]$Words) {
    $done = Agent $Words
    Report $Name ($Codes -contains $done.Code) "exit $($done.Code), expected $Codes`n$($done.Said)"
    return
}

# Owner and access list as Windows keeps them.
function Judge([string]$Name, [string]$Path) {
    $acl = Get-Acl -LiteralPath $Path
    $owner = $acl.GetOwner([Security.Principal.SecurityIdentifier]).Value
    $rules = $acl.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])
    $others = @($rules | Where-Object { $_.IdentityReference.Value -notin $system, $administrators, $me })
    Report "$Name belongs to SYSTEM, Administrators or this account" ($owner -in $system, $administrators, $me) $acl.Sddl
    Report "$Name inherits nothing" $acl.AreAccessRulesProtected $acl.Sddl
    Report "$Name is nobody else's" ($others.Count -eq 0) $acl.Sddl
}

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$me = $identity.User.Value
$elevated = ([Security.Principal.WindowsPrincipal]$identity).IsInRole([Security.Principal.SecurityIdentifier]$administrators)
if (-not $elevated) { Write-Output 'This has to run as an administrator: its subject is what others may not do.'; exit 2 }
Write-Output "genkey-agent selftest: $(& $Program --version), $([Environment]::OSVersion.VersionString), $directory"
New-Item -ItemType Directory -Path (Split-Path $key) | Out-Null
try {
    Expect 'it makes a key' 0 'generate'
    Report 'the key has 24 bytes' ((Get-Item -LiteralPath $key -Force).Length -eq 24)
    Judge 'the key file' $key
    Judge 'the state directory' $state
    Judge 'the identity' (Join-Path $state 'identity.pem')
    $stored = [IO.File]::ReadAllText((Join-Path $state 'identity.pem'))
    Report 'the private key is sealed for this machine' (-not $stored.Contains('PRIVATE KEY'))
    Expect 'it finds its own files good' @(0, 10) 'audit'
    Expect 'the gate lets Ops Manager start' 0 @('gate', '--policy', 'local')

    & icacls.exe $key /grant '*S-1-1-0:(R)' | Out-Null
    Expect 'it notices that everyone may read the key' 10 'audit'
    Expect 'it mends that' @(0, 10) @('audit', '--fix')
    Judge 'the mended key file' $key
    & icacls.exe $key /grant '*S-1-1-0:(F)' | Out-Null
    Expect 'it notices that everyone may write the key' 13 'audit'
    Expect 'ensure mends that' @(0, 10) 'ensure'
    Judge 'the key file that ensure mended' $key

    $held = [IO.File]::Open($key, 'Open', 'Read', 'None')
    $busy = Agent 'status'
    $held.Close()
    Report 'a key file in use is told' ($busy.Code -ne 0) $busy.Said
    Expect 'and is read when it is free again' @(0, 10) 'status'

    $elsewhere = Join-Path $directory 'elsewhere'
    New-Item -ItemType Junction -Path $elsewhere -Target (Split-Path $key) | Out-Null
    $straight = $key
    $key = Join-Path $elsewhere 'gen.key'
    $through = Agent 'audit'
    Report 'a junction on the way is told' ($through.Code -ne 0) $through.Said
    $key = Join-Path $directory (('long' * 60) + '\' + ('long' * 60) + '\gen.key')
    [IO.Directory]::CreateDirectory('\\?\' + (Split-Path $key)) | Out-Null
    Expect 'a path beyond 260 characters is read and refused as empty' @(11, 14) 'gate'
    $key = $straight
    foreach ($name in 'NUL', 'gen.key:stream', 'gen.key.', 'COM1.key') {
        $key = Join-Path (Split-Path $straight) $name
        Expect "the name $name is refused" 2 'status'
    }
    $key = $straight
}
finally {
    $ErrorActionPreference = 'Continue'
    if ($elsewhere -and (Test-Path $elsewhere)) { [IO.Directory]::Delete($elsewhere) }
    & cmd.exe /c rd /s /q "\\?\$directory"
}
Write-Output $(if ($failed) { "$failed checks FAILED; please report this output" } else { 'everything is as it should be' })
exit [int]($failed -gt 0)
