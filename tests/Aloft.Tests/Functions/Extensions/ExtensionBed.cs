using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Registry;
using Aloft.Sandbox;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Functions.Extensions;

/// <summary>The engine with a function that has external extensions; each is a script of the test that talks the API over HTTP.</summary>
internal sealed class ExtensionBed : IAsyncDisposable
{
    readonly Func<string, FakeExtension, Task> script;
    readonly FakeTime? clock;

    ExtensionBed(Func<string, FakeExtension, Task> script, TimeProvider? clock) => (this.script, this.clock) = (script, clock as FakeTime);

    public Engine Engine { get; private set; } = null!;

    public ConcurrentQueue<FakeExtension> Extensions { get; } = new();

    /// <param name="script">Gets the extension's name.</param>
    public static async Task<ExtensionBed> Start(Handler handler, Func<string, FakeExtension, Task> script, TimeProvider? clock = null)
    {
        var bed = new ExtensionBed(script, clock);
        bed.Engine = await Engine.Start(handler, driver => driver.OnLaunch = bed.Launch, clock);
        return bed;
    }

    public async Task<FunctionKey> Create(string name, string[] extensions, int timeoutSeconds = 3)
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create))
            foreach (var extension in extensions)
                using (var entry = zip.CreateEntry($"extensions/{extension}").Open())
                    entry.Write("#!"u8);
        var layer = await Engine.Code.Add(bytes.ToArray(), CancellationToken.None);
        return await Engine.Create(name, function => function with
        {
            Timeout = TimeSpan.FromSeconds(timeoutSeconds),
            Layers = [new("arn:aws:lambda:us-east-1:000000000000:layer:l:1", layer.Digest, layer.ZipBytes)],
        });
    }

    async ValueTask<ISandboxProcess> Launch(FakeSandbox sandbox, LaunchSpec spec, IOutputSink output, CancellationToken stop)
    {
        if (!spec.Command[0].StartsWith("/opt/extensions/", StringComparison.Ordinal))
        {
            var runtime = await sandbox.Further(output);
            _ = sandbox.Exited.ContinueWith(_ => runtime.Exit(new(null, 9, false)), TaskScheduler.Default);
            return new FakeProcess(runtime);
        }
        var extension = new FakeExtension(sandbox, output, spec);
        Extensions.Enqueue(extension);
        _ = sandbox.Exited.ContinueWith(_ => extension.Exit(new(null, 9, false)), TaskScheduler.Default);
        _ = Task.Run(() => script(extension.Name, extension));
        return extension;
    }

    /// <summary>What hangs is waited for within bounds: time goes on until they are reached.</summary>
    public async ValueTask DisposeAsync()
    {
        var ending = Engine.DisposeAsync().AsTask();
        if (clock is not null)
            await Eventually.True(
                () =>
                {
                    clock.Advance(TimeSpan.FromMilliseconds(100));
                    return ending.IsCompleted;
                },
                "the engine has stopped");
        await ending;
        foreach (var extension in Extensions)
            extension.Dispose();
    }

    sealed class FakeProcess(FakeSandbox program) : ISandboxProcess
    {
        public Task<SandboxExit> Exited => program.Exited;

        public ValueTask<Socket> Channel(CancellationToken stop) => program.Channel(stop);

        public void DrainOutput()
        {
        }

        public void Terminate() => program.Exit(new(null, 15, false));
    }
}

/// <summary>An extension as its process sees itself.</summary>
internal sealed class FakeExtension(FakeSandbox sandbox, IOutputSink output, LaunchSpec spec) : ISandboxProcess, IDisposable
{
    readonly TaskCompletionSource<SandboxExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{sandbox.PortOf(9001)}"), Timeout = TimeSpan.FromMinutes(1) };
    string id = "";

    public string Name => Path.GetFileName(spec.Command[0]);

    public IReadOnlyDictionary<string, string> Environment => spec.Environment;

    /// <summary>What it was told, in order.</summary>
    public ConcurrentQueue<JsonElement> Events { get; } = new();

    public Task<SandboxExit> Exited => exited.Task;

    public ValueTask<Socket> Channel(CancellationToken stop) => throw new NotSupportedException();

    public void DrainOutput()
    {
    }

    public void Terminate() => throw new NotSupportedException();

    public void Print(string text) => output.Write(Encoding.UTF8.GetBytes(text));

    public void Exit(SandboxExit exit) => exited.TrySetResult(exit);

    public async Task<(HttpStatusCode Status, JsonElement Body)> Register(string events, string? name = null)
    {
        var (answer, body) = await Call("POST", "/2020-01-01/extension/register", $$"""{"events": {{events}}}""", ("Lambda-Extension-Name", name ?? Name));
        if (answer.Headers.TryGetValues("Lambda-Extension-Identifier", out var given))
            id = given.Single();
        return (answer.StatusCode, body);
    }

    public async Task<JsonElement> Next()
    {
        var (answer, body) = await Call("GET", "/2020-01-01/extension/event/next", null);
        if (answer.IsSuccessStatusCode)
            Events.Enqueue(body);
        return body;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> Report(string phase, string errorType)
    {
        var (answer, body) = await Call("POST", $"/2020-01-01/extension/{phase}/error", "{}", ("Lambda-Extension-Function-Error-Type", errorType));
        return (answer.StatusCode, body);
    }

    public async Task<(HttpResponseMessage Answer, JsonElement Body)> Call(
        string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        if (id.Length > 0)
            request.Headers.TryAddWithoutValidation("Lambda-Extension-Identifier", id);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await http.SendAsync(request);
        return (answer, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Registers, and does nothing on each event but ask for the next; ends when told to.</summary>
    public async Task Obey()
    {
        await Register("""["INVOKE", "SHUTDOWN"]""");
        while ((await Next()).GetProperty("eventType").GetString() != "SHUTDOWN")
        {
        }
        Exit(new(0, null, false));
    }

    public void Dispose() => http.Dispose();
}
