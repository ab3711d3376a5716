using System.CommandLine;
using Aloft.Verbs;

namespace Aloft;

/// <summary>The verbs under one root. Each builds only its options until it is the one that runs: starting is quick.</summary>
internal static class CommandLine
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args, Surroundings around, StartNode startNode)
    {
        var parsed = Root(around, startNode).Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            var verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return Fail(around, ExitCode.Usage, $"{Problem(parsed)} `aloft{verb} --help` tells more.");
        }

        try
        {
            var streams = new InvocationConfiguration
            {
                Output = around.Output,
                Error = around.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are ours: see Interrupts
            };
            return await parsed.InvokeAsync(streams, around.Stop);
        }
        catch (CommandFailed failure)
        {
            return Fail(around, failure.ExitCode, failure.Message);
        }
        catch (OperationCanceledException) when (around.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Fail(around, ExitCode.Usage, fault.Message);
        }
        catch (Exception defect)
        {
            var detail = around.Environment("ALOFT_DEBUG") is null ? "Set ALOFT_DEBUG=1 to see where." : defect.ToString();
            return Fail(around, ExitCode.Bug, $"a defect in Aloft: {defect.Message} {detail}");
        }
    }

    /// <summary>The error that says most, on one line: a word that means nothing here explains why something else is missing.</summary>
    static string Problem(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not known here." : null;
        return unknown ?? $"{parsed.Errors[0].Message.ReplaceLineEndings("").Replace('\t', ' ').TrimEnd('.')}.";
    }

    static int Fail(Surroundings around, int exitCode, string message)
    {
        around.Error.WriteLine($"aloft: {message}");
        return exitCode;
    }

    static RootCommand Root(Surroundings around, StartNode startNode) => new($"""
        A serverless cloud in one program: runs functions in sandboxes behind the AWS API.

        Verbs other than up, demo, new, doctor, compatibility and version talk to the node at AWS_ENDPOINT_URL (http://127.0.0.1:4566 when unset)
        with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, as any AWS client does.

        {ExitCode.Help}
        """)
    {
        UpVerb.Command(around, startNode),
        NewVerb.Command(around),
        DeployVerb.Command(around),
        DevVerb.Command(around),
        InvokeVerb.Command(around),
        LogsVerb.Command(around),
        ListVerb.Command(around),
        ReplayVerb.Command(around),
        BillVerb.Command(around),
        DeleteVerb.Command(around),
        DemoVerb.Command(around),
        DoctorVerb.Command(around),
        CompatibilityVerb.Command(around),
        VersionVerb.Command(around),
    };
}
