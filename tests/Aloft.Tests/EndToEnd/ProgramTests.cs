using System.Net;
using System.Net.Sockets;

namespace Aloft.Tests.EndToEnd;

/// <summary><c>aloft up</c> as a program: how it starts, refuses to start, and stops.</summary>
[Collection(RealProgram.Name)]
public sealed class ProgramTests
{
    [Theory]
    [InlineData("/_aloft/health")]
    [InlineData("/_localstack/health")]
    public async Task Health_is_answered(string path)
    {
        await using var program = await AloftProgram.Start();
        using var http = new HttpClient { BaseAddress = program.Endpoint };
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_drains_what_runs_and_ends_with_0(string signal)
    {
        await using var program = await AloftProgram.Start();
        using var lambda = program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("""
            exports.handler = async ms => { console.log('began'); await new Promise(done => setTimeout(done, ms)); return 'drained'; };
            """));
        var running = lambda.Invoke(name, "4000");
        await Eventually.True(async () => (await lambda.LogLines(name, "began")).Count > 0, "the invocation has begun");
        await program.Signal(signal);
        Assert.Equal("\"drained\"", (await running).Text);
        Assert.Equal(0, await program.ExitCode());
    }

    [Fact]
    public async Task Second_signal_stops_at_once()
    {
        await using var program = await AloftProgram.Start();
        using var lambda = program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("exports.handler = async () => { console.log('began'); await new Promise(done => setTimeout(done, 60000)); };"), timeoutSeconds: 90);
        var running = lambda.Invoke(name);
        await Eventually.True(async () => (await lambda.LogLines(name, "began")).Count > 0, "the invocation has begun");
        await program.Signal("TERM");
        await Eventually.True(async () => await IsRefused(program.Endpoint), "new connections are refused or the program is gone");
        await program.Signal("TERM");
        await program.ExitCode(TimeSpan.FromSeconds(10));
        try
        {
            Assert.Equal("Runtime.ExitError", (await running).FunctionErrorType);
        }
        catch (HttpRequestException)
        {
            // The connection ended before the answer was sent.
        }
    }

    [Fact]
    public async Task Port_in_use_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var program = AloftProgram.Launch(port: port);
        Assert.NotEqual(0, await program.ExitCode());
        Assert.Contains($"{port}", program.Output, StringComparison.Ordinal);
        Assert.Contains("in use", program.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_folder_in_use_is_told()
    {
        await using var first = await AloftProgram.Start();
        await using var second = AloftProgram.Launch(first.Data);
        Assert.NotEqual(0, await second.ExitCode());
        Assert.Contains(first.Data, second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_is_down_is_told()
    {
        await using var program = AloftProgram.Launch(arguments: ["--db", "postgres://nobody:secret@127.0.0.1:1/none"]);
        Assert.NotEqual(0, await program.ExitCode());
        Assert.Contains("127.0.0.1", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_are_there_after_a_restart()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        string name, revision;
        await using (var first = await AloftProgram.Start(data.Path))
        {
            using var lambda = first.Lambda(account);
            name = await lambda.Create(FunctionSource.Echo);
            revision = await Revision(lambda, name);
        }

        await using var second = await AloftProgram.Start(data.Path);
        using var again = second.Lambda(account);
        Assert.Equal(revision, await Revision(again, name));
        Assert.Equal("7", (await again.Invoke(name, "7")).Text);

        static async Task<string> Revision(LambdaWire lambda, string name) =>
            (await lambda.Send(HttpMethod.Get, $"/2015-03-31/functions/{name}/configuration")).Json.GetProperty("RevisionId").GetString()!;
    }

    static async Task<bool> IsRefused(Uri endpoint)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var response = await http.GetAsync(new Uri(endpoint, "/_aloft/health"));
            return !response.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return true;
        }
    }
}
