using System.Runtime.CompilerServices;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Tests.Tidy;

/// <summary>Every table of operations tells the truth about AWS's API model, and every operation has its tests.</summary>
public class OperationTests
{
    /// <summary>Each service with the folder of its <c>model.txt</c> and the one of its tests.</summary>
    static readonly (ServiceDefinition Service, string Model, string Tests)[] Services =
    [
        (Platform.Iam.Sts.Operations.Sts(new SessionCredentials(new byte[32], TimeProvider.System)), "Iam.Sts", "Iam"),
        // The tables themselves need none of what their handlers work with.
        (Platform.CloudWatch.Operations.Service(null!, null!, null!, null!, null!), "CloudWatch", "CloudWatch"),
        (Platform.Lambda.Operations.Define(null!, null!, null!, null!, null!, Unused, Unused, Unused), "Lambda", "Lambda"),
    ];

    static ValueTask<ApiResponse> Unused(ApiRequest request, CancellationToken stop) => throw new NotSupportedException();

    public static TheoryData<string> Names => [.. Services.Select(entry => entry.Service.Name)];

    static (ServiceDefinition Service, string Model, string Tests) Entry(string name) =>
        Services.Single(entry => entry.Service.Name == name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_operation_is_in_the_model_with_the_same_route(string name)
    {
        var (service, folder, _) = Entry(name);
        var model = ServiceModel.Load(folder).ToDictionary(operation => operation.Name);
        Assert.NotEmpty(model);
        Assert.All(service.Operations, operation =>
        {
            Assert.True(model.TryGetValue(operation.Name, out var modelled), $"{name}:{operation.Name} is not in the model");
            Assert.Equal(modelled.Route, operation.Route);
            Assert.StartsWith($"{name}:", operation.IamAction, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Served_and_unsupported_make_up_the_model(string name)
    {
        var (service, folder, _) = Entry(name);
        var known = service.Operations.Select(operation => operation.Name).Concat(service.Unsupported.Select(operation => operation.Name));
        Assert.Equal(
            ServiceModel.Load(folder).Select(operation => operation.Name).Order(StringComparer.Ordinal),
            known.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_service_says_how_it_is_spoken_to(string name)
    {
        var service = Entry(name).Service;
        bool Speaks(params Protocol[] any) => service.Protocols.Intersect(any).Any();
        Assert.NotEmpty(service.Protocols);
        Assert.Equal(Speaks(Protocol.AwsJson10, Protocol.AwsJson11), service.TargetPrefix is not null);
        Assert.Equal(Speaks(Protocol.Query, Protocol.RestXml), service.XmlNamespace is not null);
        Assert.All(service.Operations, operation =>
            Assert.Equal(Speaks(Protocol.RestJson, Protocol.RestXml), operation.Route is not null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_operation_has_its_file_of_tests(string name)
    {
        var (service, _, folder) = Entry(name);
        var missing = service.Operations.Where(operation => !File.Exists(Path.Combine(TestsFolder(), folder, $"{operation.Name}Tests.cs")));
        Assert.Empty(missing.Select(operation => $"{folder}/{operation.Name}Tests.cs"));
    }

    static string TestsFolder([CallerFilePath] string here = "") => Path.GetDirectoryName(Path.GetDirectoryName(here))!;
}
