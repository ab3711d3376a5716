using System.CommandLine;
using System.Text;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Verbs;

/// <summary><c>aloft compatibility</c>: COMPATIBILITY.md, written from the tables that the node dispatches by.</summary>
internal static class CompatibilityVerb
{
    /// <summary>Each service with the folder of its slice. The tables themselves need none of what their handlers work with.</summary>
    static readonly (ServiceDefinition Service, string Slice)[] Services =
    [
        (Platform.Lambda.Operations.Define(null!, null!, null!, null!, null!, Unused, Unused, Unused), "Lambda"),
        (CloudWatchLogs.Described, "CloudWatch"),
        (Platform.Iam.Sts.Operations.Sts(null!), "Iam"),
    ];

    static ValueTask<ApiResponse> Unused(ApiRequest request, CancellationToken stop) => throw new InvalidOperationException();

    public static Command Command(Surroundings around)
    {
        var command = new Command("compatibility", "Print, as Markdown, which operations of AWS this version serves and which it does not");
        command.SetAction(_ =>
        {
            around.Output.Write(Document());
            return ExitCode.Ok;
        });
        return command;
    }

    public static string Document()
    {
        var text = new StringBuilder("""
            # Compatibility with AWS
            What this version of Aloft serves of AWS's APIs, as their API models list them. Written by `./aloft compatibility` from the tables
            that requests are dispatched by; not to be edited.

            An operation that is not served, and a parameter that is not honoured, is refused by name instead of being ignored.
            How an operation that is served differs from AWS's is under "Known deviations" of the service.

            | service | protocol | operations served | of AWS's | deviations |
            |---|---|---|---|---|

            """);
        foreach (var (service, slice) in Services)
            text.Append(
                $"| [{service.Title}](#{Anchor(service)}) | {string.Join(", ", service.Protocols.Select(Name))} | {service.Operations.Count} "
                + $"| {service.Operations.Count + service.Unsupported.Count} | [known deviations](src/Aloft.Platform/{slice}/README.md) |\n");
        text.Append("\nFunction URLs are served too: [known deviations](src/Aloft.Platform/ApiGateway/README.md).\n");
        foreach (var (service, _) in Services)
            text.Append(
                $"\n## {service.Title}\nAPI version {service.ApiVersion}.\n\n"
                + $"**Served:** {List(service.Operations.Select(operation => operation.Name))}\n\n"
                + $"**Not yet:** {List(service.Unsupported.Select(operation => operation.Name))}\n");
        return text.ToString();
    }

    static string List(IEnumerable<string> names) => string.Join(",\n", names.Order(StringComparer.Ordinal).Chunk(4).Select(row => string.Join(", ", row)));

    /// <summary>As the usual renderers of Markdown make it of the heading.</summary>
    static string Anchor(ServiceDefinition service) => service.Title.ToLowerInvariant().Replace(' ', '-');

    static string Name(Protocol protocol) => protocol switch
    {
        Protocol.RestJson => "rest-json",
        Protocol.AwsJson10 => "aws-json 1.0",
        Protocol.AwsJson11 => "aws-json 1.1",
        Protocol.Query => "query",
        Protocol.RestXml => "rest-xml",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };
}
