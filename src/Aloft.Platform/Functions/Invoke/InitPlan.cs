using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.RuntimeApi;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;
using Aloft.Wire.SigV4;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>What an instance is made of, whichever sandbox it gets.</summary>
internal sealed record InitPlan(
    FunctionVersion Function, RuntimeChoice Runtime, string Stream, ILogStream LogStream, SystemLog SystemLog, IInstanceOwner Owner)
{
    /// <summary>Where invocations are remembered; null where none are.</summary>
    public VersionBuffer? History { get; init; }

    public InitializationType Type { get; init; }

    public bool IsProvisioned => Type == InitializationType.Provisioned;

    /// <summary>The host's folders. Of a sandbox of the function's own, as the two below.</summary>
    public CodeFolders? Code { get; init; }

    public Credentials? Credentials { get; init; }

    public SandboxLimits? Sandboxed { get; init; }

    public InstanceEnvironment Environment(Credentials credentials, ISandbox sandbox, RuntimeApiEndpoint api, string awsEndpoint) =>
        new(Function, Type, Runtime, Stream, credentials, sandbox.PathOf, awsEndpoint, api.Address);

    public Instance Instance(BootedSandbox booted, InstanceEnvironment environment, TimeProvider time) => booted.Channel is { } channel
        ? new ChannelInstance(
            booted.Sandbox, channel, Function, environment, Runtime.Installed.Language,
            booted.Output, LogStream, Owner, time) { History = History, IsProvisioned = IsProvisioned }
        : new RuntimeApiInstance(booted.Sandbox, booted.Socket, booted.Api, Function, environment, booted.Output, LogStream, Owner, time)
        {
            History = History,
            IsProvisioned = IsProvisioned,
        };

    /// <summary>None yet; from here on they can register.</summary>
    public ExtensionInit Extensions(ISandbox sandbox, RuntimeApiEndpoint api, InstanceOutput output, TimeProvider time)
    {
        var set = new ExtensionSet(new TelemetryHub(Function, Runtime.Actual, SystemLog, sandbox, time), SystemLog, time);
        api.Attach(new ExtensionApi(set, Function));
        return new(set, output);
    }
}
