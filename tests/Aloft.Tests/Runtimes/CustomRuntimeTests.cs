using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>The standby of <c>provided*</c>: one line of shell and its end, by the quoting rule of runtimes/CHANNEL.md.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CustomRuntimeTests
{
    const string Descriptor = "descriptor", Port = "port";

    [Theory, Custom(Descriptor), Custom(Port)]
    public async Task It_becomes_the_function_s_process_in_its_folder_with_its_environment(Language language, string channel)
    {
        (string Name, string Value)[] environment =
            [("PATH", "/usr/bin:/bin"), ("NASTY", "it's $HOME `id` \\ \"x\" ;& é\nsecond line"), ("LONG", new string('x', 4000)), ("EMPTY", "")];
        await using var host = await Standby(language, channel, "#!/bin/sh\npwd\n/usr/bin/env\n");

        await Send(host, environment);

        Assert.Empty(await host.Rest());
        Assert.Equal(0, await host.ExitCode());
        var output = host.Output;
        Assert.StartsWith($"{host.Folder.FullName}\n", output);
        foreach (var (name, value) in environment)
            Assert.Contains($"{name}={value}\n", output);
        Assert.DoesNotContain("ALOFT", output);
        Assert.DoesNotContain("OF_THE_HOST", output);
    }

    [Theory, Custom(Descriptor), Custom(Port)]
    public async Task The_channel_is_closed_when_the_function_runs(Language language, string channel)
    {
        await using var host = await Standby(language, channel, "#!/bin/sh\nls -l /proc/self/fd\nread nothing || echo at its end\nexec sleep 3600");

        await Send(host, [("PATH", "/usr/bin:/bin")]);

        Assert.Empty(await host.Rest()); // while the function runs
        Assert.False(host.Process.HasExited);
    }

    [Theory, Custom(Descriptor), Custom(Port)]
    public async Task The_end_of_the_stream_ends_a_standby(Language language, string channel)
    {
        await using var host = await Standby(language, channel, "");

        await host.Stream.DisposeAsync();

        Assert.Equal(0, await host.ExitCode());
    }

    [Needs("sh")]
    public async Task Without_a_descriptor_it_says_what_it_needs()
    {
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", [Path.Combine(Interpreters.Repository, "runtimes/custom/bootstrap.sh")])
        {
            RedirectStandardError = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;

        Assert.Contains("ALOFT_CHANNEL_FD", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(64, process.ExitCode);
    }

    static async Task<RuntimeHost> Standby(Language language, string channel, string bootstrap)
    {
        var host = await RuntimeHost.Boot(language, [("bootstrap", bootstrap)], [("OF_THE_HOST", "secret")], inherited: channel == Descriptor);
        Assert.Equal("{}", host.Ready.Text);
        File.SetUnixFileMode(Path.Combine(host.Folder.FullName, "bootstrap"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return host;
    }

    static async Task Send(RuntimeHost host, (string Name, string Value)[] environment)
    {
        await host.Stream.WriteAsync(Encoding.UTF8.GetBytes(Line(host, environment)));
        host.Stream.Socket.Shutdown(SocketShutdown.Send);
    }

    static string Line(RuntimeHost host, (string Name, string Value)[] environment)
    {
        var words = string.Join(' ', environment.Select(variable => Quote($"{variable.Name}={variable.Value}")));
        return $"cd {Quote(host.Folder.FullName)} && exec 3>&- /usr/bin/env -i {words} {Quote($"{host.Folder.FullName}/bootstrap")} </dev/null\n";
    }

    static string Quote(string word) => $"'{word.Replace("'", "'\\''")}'";
}
