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

    /// <summary>Waits for the code, then answers with it and with its own locks. bash can connect to a port.</summary>
    private const string Script =
        "if [ -n \"$ALOFT_CHANNEL_PORT\" ]; then exec 3<>/dev/tcp/127.0.0.1/$ALOFT_CHANNEL_PORT; fi; "
        + $"until [ -e /var/task/{Probe} ]; do sleep 0.005; done; "
        + $"{{ cat /var/task/{Probe}; grep -E '^(Seccomp|NoNewPrivs|CapEff|CapBnd):' /proc/self/status; }} | tr -s '\\t\\n' '  ' >&3";

    /// <param name="locks">Lines of /proc/self/status that must be there, blanks squeezed.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="SandboxException">This driver's sandboxes do not work, or do not hold.</exception>
    internal static async Task<TimeSpan> Run(ISandboxDriver driver, string[] locks, TimeProvider time, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        var folder = Directory.CreateTempSubdirectory("aloft-self-test-");
        var output = new Captured();
        try
        {
            var probe = Path.Combine(folder.FullName, Probe);
            await File.WriteAllTextAsync(probe, "shown\n", stop);
            // As code folders are: readable by all, since a sandbox's user is nobody on the host.
            foreach (var path in (string[])[folder.FullName, probe]) Errno.Check(Libc.chmod(path, ReadableByAll), nameof(Libc.chmod), path);
            var spec = new SandboxSpec($"self-test-{Guid.NewGuid():n}", ["/bin/bash", "-c", Script],
                new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, folder.FullName, new(128 << 20, 1, 100, 32, 1 << 20))
            {
                Code = driver.CanShowCodeLate ? null : new(folder.FullName),
            };
            await using var sandbox = await driver.Boot(spec, output, stop);
            if (driver.CanShowCodeLate) sandbox.ShowCode(new(folder.FullName));
            var answer = await Ask(sandbox, output, stop);
            sandbox.DrainOutput();
            foreach (var needed in locks.Prepend("shown"))
            {
                if (!answer.Contains(needed, StringComparison.Ordinal))
                    throw new SandboxException($"Self-test: '{needed}' is missing in '{answer}' {output}");
            }
            return time.GetElapsedTime(start);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Ask(ISandbox sandbox, Captured output, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var channel = await sandbox.Channel(patience.Token);
            var (buffer, length) = (new byte[1024], 0);
            while (length < buffer.Length && await channel.ReceiveAsync(buffer.AsMemory(length), patience.Token) is > 0 and var count) length += count;
            return Encoding.ASCII.GetString(buffer, 0, length);
        }
        catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            sandbox.DrainOutput();
            throw new SandboxException($"Self-test: the sandbox does not answer: {failure.Message} {output}", failure);
        }
    }

    private sealed class Captured : IOutputSink
    {
        private readonly StringBuilder text = new();

        public void Write(ReadOnlySpan<byte> bytes) => text.Append(Encoding.UTF8.GetString(bytes));

        public override string ToString() => text.ToString();
    }
}
