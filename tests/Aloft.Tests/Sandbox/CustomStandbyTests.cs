using System.Net.Sockets;
using System.Text;
using Aloft.Sandbox;
using Aloft.Tests.Runtimes;

namespace Aloft.Tests.Sandbox;

/// <summary>
/// The standby of <c>provided*</c> on each kernel that it may meet: what it can read its line with is not the same on all of them.
/// </summary>
[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerCustomStandby(ContainerLab lab) : CustomStandby(lab), IClassFixture<ContainerLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Process)]
public sealed class ProcessCustomStandby(ProcessLab lab) : CustomStandby(lab), IClassFixture<ProcessLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorCustomStandby(GvisorLab lab) : CustomStandby(lab), IClassFixture<GvisorLab>;

public abstract class CustomStandby(Lab lab)
{
    /// <summary>In which it finds nothing to read. Were it too short for that, a fault would be missed, but none be made.</summary>
    static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    [SandboxFact]
    public async Task It_waits_for_its_line_and_for_each_piece_of_it()
    {
        await using var standby = await TestSandbox.Boot(
            lab.Driver, lab.NewId(), Path.Combine(Interpreters.Repository, "runtimes"), Lab.Limits, command: ["/bin/sh", "/var/runtime/custom/bootstrap.sh"]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var channel = await standby.Sandbox.Channel(patience.Token);
        var ready = new byte[16];
        Assert.Equal([3, 0, 0, 0, 1, .. "{}"u8], ready[..await channel.ReceiveAsync(ready, patience.Token)]);

        var longText = string.Concat(Enumerable.Range(0, 1000).Select(number => $"é{number} "));
        var line = Encoding.UTF8.GetBytes($"cd '/' && exec 3>&- /usr/bin/env -i 'LONG={longText}' 'LINES=1\n2' '/usr/bin/env' </dev/null\n");
        foreach (var piece in line.Chunk(1999))
        {
            await Task.Delay(Gap, patience.Token);
            await channel.SendAsync(piece, patience.Token);
        }
        channel.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await channel.ReceiveAsync(ready, patience.Token));
        Assert.Equal((0, null), await standby.Exited() is var exit ? (exit.ExitCode, exit.Signal) : default);
        Assert.Equal($"LONG={longText}\nLINES=1\n2\n", standby.Output);
    }
}
