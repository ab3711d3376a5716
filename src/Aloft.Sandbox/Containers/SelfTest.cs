using System.Net.Sockets;
using System.Text;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>
/// One container from boot to death: its channel, code shown after boot, and the locks that must be on: a filter of system calls, no new
/// privileges, no capabilities.
/// </summary>
internal static class SelfTest
{
    private const string Probe = "probe";
    private const uint ReadableByAll = 0x1ED; // rwxr-xr-x
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits for a line, then answers with what it sees of the code and of its own locks.</summary>
    private const string Script =
        $"read line <&3; {{ cat /var/task/{Probe}; grep -E '^(Seccomp|NoNewPrivs|CapEff|CapBnd):' /proc/self/status; }} | tr -s '\\t\\n' '  ' >&3";

    internal static async Task Run(ISandboxDriver driver, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("aloft-self-test-");
        // As every code folder must be: readable by all, since a sandbox's user is nobody on the host.
        Errno.Check(Libc.chmod(folder.FullName, ReadableByAll), nameof(Libc.chmod), folder.FullName);
        var output = new Captured();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, Probe), "shown\n", stop);
            var spec = new SandboxSpec($"self-test-{Guid.NewGuid():n}", ["/bin/sh", "-c", Script],
                new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, folder.FullName, new(128 << 20, 1, 100, 32, 1 << 20))
            {
                Code = driver.CanShowCodeLate ? null : new(folder.FullName),
            };
            await using var sandbox = await driver.Boot(spec, output, stop);
            if (driver.CanShowCodeLate) sandbox.ShowCode(new(folder.FullName));
            var answer = await Ask(sandbox, stop);
            sandbox.DrainOutput();
            foreach (var needed in (string[])["shown", "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"])
            {
                if (!answer.Contains(needed, StringComparison.Ordinal))
                    throw new SandboxException($"Self-test: '{needed}' is missing in '{answer}' {output}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Ask(ISandbox sandbox, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var channel = await sandbox.Channel(stop);
        try
        {
            await channel.SendAsync("\n"u8.ToArray(), patience.Token);
            var (buffer, length) = (new byte[1024], 0);
            while (length < buffer.Length && await channel.ReceiveAsync(buffer.AsMemory(length), patience.Token) is > 0 and var count) length += count;
            return Encoding.ASCII.GetString(buffer, 0, length);
        }
        catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new SandboxException($"Self-test: the container does not answer: {failure.Message}", failure);
        }
    }

    private sealed class Captured : IOutputSink
    {
        private readonly StringBuilder text = new();

        public void Write(ReadOnlySpan<byte> bytes) => text.Append(Encoding.UTF8.GetString(bytes));

        public override string ToString() => text.ToString();
    }
}
