using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Fault;

/// <summary>
/// Promise R3: a function that misbehaves harms nobody else. While it does, another function is invoked and answers; its own caller
/// gets an answer of AWS's kind; its next invocation works; and the program and its API are well.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class NoisyNeighbourTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    public static TheoryData<string, string> Misbehaviours => new()
    {
        { "crashes", "process.kill(process.pid, 'SIGSEGV');" },
        { "aborts", "process.abort();" },
        { "hangs", "while (true);" },
        { "hangs with children", "for (let n = 0; n < 8; n++) child.spawn('/bin/sh', ['-c', 'while :; do :; done']); while (true);" },
        { "forks without end", "while (true) { try { child.spawn('/bin/sh', ['-c', 'while :; do /bin/sh -c \"sleep 100\" & done']); } catch {} await tick(); }" },
        { "leaves orphans behind", "for (let n = 0; n < 20; n++) child.spawn('/bin/sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref(); return 'left';" },
        { "fills memory", "const kept = []; while (true) kept.push(Buffer.alloc(1 << 22, 1));" },
        { "fills memory in a child", "child.execFileSync('/usr/bin/python3', ['-c', 'x = []\\nwhile True: x.append(bytearray(1 << 22))']);" },
        { "fills the disk", "const block = Buffer.alloc(1 << 22, 1); for (let n = 0; ; n++) fs.writeFileSync(`/tmp/${n}`, block);" },
        { "makes files without end", "for (let n = 0; ; n++) fs.writeFileSync(`/tmp/f${n}`, '');" },
        { "floods its log", "const line = 'noise '.repeat(1000); while (true) { console.log(line); }" },
        { "floods standard output", "const block = Buffer.alloc(1 << 20, 120); while (true) fs.writeSync(1, block);" },
        { "floods standard output without a line feed, from a child", "child.spawn('/bin/sh', ['-c', 'cat /dev/zero'], { stdio: ['ignore', 'inherit', 'inherit'] }); await new Promise(() => {});" },
        { "floods the API with connections", "const at = new URL(process.env.AWS_ENDPOINT_URL); while (true) { net.connect(at.port, at.hostname).on('error', () => {}); await tick(); }" },
        { "floods the API with rubbish", "const at = new URL(process.env.AWS_ENDPOINT_URL); const s = net.connect(at.port, at.hostname).on('error', () => {}); while (true) { s.write(Buffer.alloc(1 << 16, 71)); await tick(); }" },
        { "opens files without end", "while (true) fs.openSync('/dev/null');" },
        { "closes every descriptor", "for (let n = 0; n < 200; n++) try { fs.closeSync(n); } catch {} return 'closed';" },
        { "writes rubbish on every descriptor", "for (let n = 1; n < 64; n++) try { fs.writeSync(n, Buffer.alloc(4096, 255)); } catch {} return 'written';" },
        { "stops itself", "process.kill(process.pid, 'SIGSTOP'); await new Promise(() => {});" },
    };

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task Function_harms_nobody_when_it(string what, string code)
    {
        using var lambda = shared.Program.Lambda();
        var noisy = await lambda.Create(FunctionSource.Node($$"""
            const fs = require('fs'), net = require('net'), child = require('child_process');
            const tick = () => new Promise(done => setImmediate(done));
            exports.handler = async event => {
              if (event.well) return 'well';
              {{code}}
            };
            """), timeoutSeconds: 3, memoryMegabytes: 256);
        using var neighbour = shared.Program.Lambda();
        var quiet = await neighbour.Create(FunctionSource.Echo);
        Assert.Equal("0", (await neighbour.Invoke(quiet, "0")).Text);

        var misbehaving = lambda.Invoke(noisy);
        for (var call = 1; !misbehaving.IsCompleted; call++)
            Assert.Equal($"{call}", (await neighbour.Invoke(quiet, $"{call}")).Text);

        var answer = await misbehaving;
        Assert.True(answer.Status == 200, $"{what}: {answer}");
        Assert.True(answer.FunctionError is null or "Unhandled", $"{what}: {answer}");
        if (answer.FunctionError is not null)
            Assert.True(answer.FunctionErrorType is { Length: > 0 }, $"{what}: {answer}");

        var well = await lambda.Invoke(noisy, """{"well":true}""");
        Assert.True(well.Text == "\"well\"", $"after it {what}: {well}");
        Assert.Equal("\"again\"", (await neighbour.Invoke(quiet, "\"again\"")).Text);
        Assert.False(shared.Program.HasExited);
    }

    /// <summary>What it may log is bounded, and the log says that it was.</summary>
    [Fact]
    public async Task Flooded_log_keeps_its_frame()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(
            "exports.handler = async () => { const line = 'n'.repeat(200); for (let n = 0; n < 200000; n++) console.log(line); return 'through'; };"), timeoutSeconds: 60);
        var answer = await lambda.Invoke(name, tail: true);
        Assert.Equal("\"through\"", answer.Text);
        Assert.Contains("REPORT RequestId: ", answer.LogTail, StringComparison.Ordinal);
    }
}
