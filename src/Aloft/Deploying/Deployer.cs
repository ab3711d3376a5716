using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Packaging;

namespace Aloft.Deploying;

/// <summary>Brings a function to what is wanted, with as few changes as it takes, and waits until it can be called.</summary>
/// <param name="progress">For what a person may want to watch: the build.</param>
internal sealed class Deployer(Connection connection, TextWriter progress, TimeProvider clock)
{
    readonly LambdaClient lambda = connection.Lambda;

    /// <summary>
    /// <list type="number">
    /// <item>asks the node what it has: a node that is not there is told before a long build;</item>
    /// <item>builds;</item>
    /// <item>looks at the source, packs it, compares;</item>
    /// <item>creates or updates, and waits.</item>
    /// </list>
    /// </summary>
    public async Task<Deployment> Deploy(Source source, Wishes wishes, CancellationToken stop)
    {
        var runtimes = await NodeRuntimes.Ask(connection.Api, stop); // 1
        var before = await lambda.Find(Plan.NameOf(wishes, source), stop);

        if (source.Manifest.Build is { } build) // 2
        {
            await progress.WriteLineAsync($"building: {build}");
            await Build.Run(build, source.Folder!, progress, stop);
        }

        if (source.Build is { } make)
            await make(progress, stop);

        var desired = Plan.Desired(wishes, source, before, runtimes); // 3
        var zip = source.Pack();
        var changes = Change.Between(before, desired, Convert.ToBase64String(SHA256.HashData(zip)), zip.Length);

        if (before is null) // 4
            await Create(desired, zip, stop);
        else
            await Update(desired, zip, changes, stop);
        var after = await UntilSettled(desired.Name, stop);
        if (after.State == "Failed")
            throw new CommandFailed(ExitCode.Failed, $"{after.Name} could not be made ready: {after.StateReason}");
        if (after.LastUpdateStatus == "Failed")
            throw new CommandFailed(ExitCode.Failed, $"{after.Name} could not be updated: {after.LastUpdateStatusReason}");
        return new(before is null, changes, after, runtimes.RunsOn(after.Runtime));
    }

    async Task Create(DesiredFunction desired, byte[] zip, CancellationToken stop)
    {
        var input = desired.Configuration();
        input["FunctionName"] = desired.Name;
        input["Role"] = desired.Role ?? $"arn:aws:iam::{connection.Api.Account}:role/aloft-function";
        input["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(zip) };
        await lambda.Create(input, stop);
    }

    /// <summary>Code first: a new handler that the old code does not have would fail for longer than new code under the old handler.</summary>
    async Task Update(DesiredFunction desired, byte[] zip, IReadOnlyList<Change> changes, CancellationToken stop)
    {
        if (changes.Any(change => change.What == Change.Code))
        {
            await UntilSettled(desired.Name, stop); // an update on top of one in progress is refused
            await lambda.UpdateCode(desired.Name, zip, stop);
        }
        if (changes.Any(change => change.What != Change.Code))
        {
            await UntilSettled(desired.Name, stop);
            await lambda.UpdateConfiguration(desired.Name, desired.Configuration(), stop);
        }
    }

    /// <summary>Until nothing is in progress, for good or bad. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html</summary>
    async Task<DeployedFunction> UntilSettled(string name, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var pause = ProgramLimits.FirstPoll;
        while (true)
        {
            var function = await lambda.Find(name, stop)
                ?? throw new CommandFailed(ExitCode.Failed, $"{name} was deleted while it was being deployed.");
            if (function.State != "Pending" && function.LastUpdateStatus != "InProgress")
                return function;
            if (clock.GetElapsedTime(start) > ProgramLimits.BecomeActive)
                throw new CommandFailed(
                    ExitCode.Failed,
                    $"{name} is still {function.State} after {ProgramLimits.BecomeActive.TotalSeconds:0} s; `aloft list` shows how it goes on.");

            await Task.Delay(pause, clock, stop);
            pause = pause * 2 < ProgramLimits.LongestPoll ? pause * 2 : ProgramLimits.LongestPoll;
        }
    }
}

/// <param name="IsNew">It was created; else updated, or left alone when there are no changes.</param>
/// <param name="RunsOn">The installed runtime; empty when the node does not tell.</param>
internal sealed record Deployment(bool IsNew, IReadOnlyList<Change> Changes, DeployedFunction Function, string RunsOn)
{
    public string Verdict => IsNew ? "created" : Changes.Count > 0 ? "updated" : "unchanged";
}
