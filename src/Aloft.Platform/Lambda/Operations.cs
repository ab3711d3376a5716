using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The Lambda API's table. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html</summary>
public static class Operations
{
    /// <param name="invoke">The handler of Invoke, which needs the engine; the two others that run a function likewise.</param>
    public static ServiceDefinition Define(
        FunctionRegistry registry, CodeStore code, RuntimeCatalog runtimes, CodeLocation locations, LambdaSettings settings,
        Handler invoke, Handler invokeWithResponseStream, Handler invokeAsync)
    {
        IReadOnlyList<Operation> operations =
        [
            new("CreateFunction", "POST /2015-03-31/functions",
                "lambda:CreateFunction", new CreateFunction(registry, code, runtimes, settings).Handle),
            new("GetFunction", "GET /2015-03-31/functions/{FunctionName}",
                "lambda:GetFunction", new GetFunction(registry, runtimes, locations).Handle),
            new("GetFunctionConfiguration", "GET /2015-03-31/functions/{FunctionName}/configuration",
                "lambda:GetFunctionConfiguration", new GetFunctionConfiguration(registry, runtimes).Handle),
            new("UpdateFunctionCode", "PUT /2015-03-31/functions/{FunctionName}/code",
                "lambda:UpdateFunctionCode", new UpdateFunctionCode(registry, code, runtimes, settings).Handle),
            new("UpdateFunctionConfiguration", "PUT /2015-03-31/functions/{FunctionName}/configuration",
                "lambda:UpdateFunctionConfiguration", new UpdateFunctionConfiguration(registry, code, runtimes).Handle),
            new("ListFunctions", "GET /2015-03-31/functions",
                "lambda:ListFunctions", new ListFunctions(registry).Handle),
            new("ListVersionsByFunction", "GET /2015-03-31/functions/{FunctionName}/versions",
                "lambda:ListVersionsByFunction", new ListVersionsByFunction(registry).Handle),
            new("PublishVersion", "POST /2015-03-31/functions/{FunctionName}/versions",
                "lambda:PublishVersion", new PublishVersion(registry, runtimes).Handle),
            new("DeleteFunction", "DELETE /2015-03-31/functions/{FunctionName}",
                "lambda:DeleteFunction", new DeleteFunction(registry).Handle),
            new("Invoke", "POST /2015-03-31/functions/{FunctionName}/invocations",
                "lambda:InvokeFunction", invoke) { MaxBodyBytes = Functions.Limits.InvokeBodyBytes, BodyTooLargeCode = InvokeInput.TooLargeCode },
            new("InvokeWithResponseStream", "POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations",
                "lambda:InvokeFunction", invokeWithResponseStream)
                { MaxBodyBytes = Functions.Limits.InvokeBodyBytes, BodyTooLargeCode = InvokeInput.TooLargeCode },

            new("InvokeAsync", "POST /2014-11-13/functions/{FunctionName}/invoke-async",
                "lambda:InvokeAsync", invokeAsync) { MaxBodyBytes = Limits.InvokeAsyncBytes },

            new("CreateAlias", "POST /2015-03-31/functions/{FunctionName}/aliases",
                "lambda:CreateAlias", new CreateAlias(registry).Handle),
            new("GetAlias", "GET /2015-03-31/functions/{FunctionName}/aliases/{Name}",
                "lambda:GetAlias", new GetAlias(registry).Handle),
            new("UpdateAlias", "PUT /2015-03-31/functions/{FunctionName}/aliases/{Name}",
                "lambda:UpdateAlias", new UpdateAlias(registry).Handle),
            new("DeleteAlias", "DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name}",
                "lambda:DeleteAlias", new DeleteAlias(registry).Handle),
            new("ListAliases", "GET /2015-03-31/functions/{FunctionName}/aliases",
                "lambda:ListAliases", new ListAliases(registry).Handle),

            new("AddPermission", "POST /2015-03-31/functions/{FunctionName}/policy",
                "lambda:AddPermission", new AddPermission(registry).Handle),
            new("RemovePermission", "DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}",
                "lambda:RemovePermission", new RemovePermission(registry).Handle),
            new("GetPolicy", "GET /2015-03-31/functions/{FunctionName}/policy",
                "lambda:GetPolicy", new GetPolicy(registry).Handle),

            new("TagResource", "POST /2017-03-31/tags/{Resource}",
                "lambda:TagResource", new TagResource(registry).Handle),
            new("UntagResource", "DELETE /2017-03-31/tags/{Resource}",
                "lambda:UntagResource", new UntagResource(registry).Handle),
            new("ListTags", "GET /2017-03-31/tags/{Resource}",
                "lambda:ListTags", new ListTags(registry).Handle),

            new("GetAccountSettings", "GET /2016-08-19/account-settings",
                "lambda:GetAccountSettings", new GetAccountSettings(registry, settings).Handle),
            new("PutFunctionConcurrency", "PUT /2017-10-31/functions/{FunctionName}/concurrency",
                "lambda:PutFunctionConcurrency", new PutFunctionConcurrency(registry, settings).Handle),
            new("GetFunctionConcurrency", "GET /2019-09-30/functions/{FunctionName}/concurrency",
                "lambda:GetFunctionConcurrency", new GetFunctionConcurrency(registry).Handle),
            new("DeleteFunctionConcurrency", "DELETE /2017-10-31/functions/{FunctionName}/concurrency",
                "lambda:DeleteFunctionConcurrency", new DeleteFunctionConcurrency(registry, settings).Handle),

            new("PutProvisionedConcurrencyConfig", "PUT /2019-09-30/functions/{FunctionName}/provisioned-concurrency",
                "lambda:PutProvisionedConcurrencyConfig", new PutProvisionedConcurrencyConfig(registry, settings).Handle),
            new("GetProvisionedConcurrencyConfig", "GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency",
                "lambda:GetProvisionedConcurrencyConfig", new GetProvisionedConcurrencyConfig(registry).Handle),
            new("DeleteProvisionedConcurrencyConfig", "DELETE /2019-09-30/functions/{FunctionName}/provisioned-concurrency",
                "lambda:DeleteProvisionedConcurrencyConfig", new DeleteProvisionedConcurrencyConfig(registry).Handle),
            new("ListProvisionedConcurrencyConfigs", "GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL",
                "lambda:ListProvisionedConcurrencyConfigs", new ListProvisionedConcurrencyConfigs(registry).Handle),

            new("PutFunctionEventInvokeConfig", "PUT /2019-09-25/functions/{FunctionName}/event-invoke-config",
                "lambda:PutFunctionEventInvokeConfig", new PutFunctionEventInvokeConfig(registry).Handle),
            new("UpdateFunctionEventInvokeConfig", "POST /2019-09-25/functions/{FunctionName}/event-invoke-config",
                "lambda:UpdateFunctionEventInvokeConfig", new UpdateFunctionEventInvokeConfig(registry).Handle),
            new("GetFunctionEventInvokeConfig", "GET /2019-09-25/functions/{FunctionName}/event-invoke-config",
                "lambda:GetFunctionEventInvokeConfig", new GetFunctionEventInvokeConfig(registry).Handle),
            new("DeleteFunctionEventInvokeConfig", "DELETE /2019-09-25/functions/{FunctionName}/event-invoke-config",
                "lambda:DeleteFunctionEventInvokeConfig", new DeleteFunctionEventInvokeConfig(registry).Handle),
            new("ListFunctionEventInvokeConfigs", "GET /2019-09-25/functions/{FunctionName}/event-invoke-config/list",
                "lambda:ListFunctionEventInvokeConfigs", new ListFunctionEventInvokeConfigs(registry).Handle),

            new("CreateFunctionUrlConfig", "POST /2021-10-31/functions/{FunctionName}/url",
                "lambda:CreateFunctionUrlConfig", new CreateFunctionUrlConfig(registry).Handle),
            new("GetFunctionUrlConfig", "GET /2021-10-31/functions/{FunctionName}/url",
                "lambda:GetFunctionUrlConfig", new GetFunctionUrlConfig(registry).Handle),
            new("UpdateFunctionUrlConfig", "PUT /2021-10-31/functions/{FunctionName}/url",
                "lambda:UpdateFunctionUrlConfig", new UpdateFunctionUrlConfig(registry).Handle),
            new("DeleteFunctionUrlConfig", "DELETE /2021-10-31/functions/{FunctionName}/url",
                "lambda:DeleteFunctionUrlConfig", new DeleteFunctionUrlConfig(registry).Handle),
            new("ListFunctionUrlConfigs", "GET /2021-10-31/functions/{FunctionName}/urls",
                "lambda:ListFunctionUrlConfigs", new ListFunctionUrlConfigs(registry).Handle),

            new("PublishLayerVersion", "POST /2018-10-31/layers/{LayerName}/versions",
                "lambda:PublishLayerVersion", new PublishLayerVersion(registry, code, locations).Handle),
            new("GetLayerVersion", "GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}",
                "lambda:GetLayerVersion", new GetLayerVersion(registry, locations).Handle),
            new("GetLayerVersionByArn", "GET /2018-10-31/layers?find=LayerVersion",
                "lambda:GetLayerVersion", new GetLayerVersionByArn(registry, locations).Handle),
            new("ListLayers", "GET /2018-10-31/layers",
                "lambda:ListLayers", new ListLayers(registry).Handle),
            new("ListLayerVersions", "GET /2018-10-31/layers/{LayerName}/versions",
                "lambda:ListLayerVersions", new ListLayerVersions(registry).Handle),
            new("DeleteLayerVersion", "DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}",
                "lambda:DeleteLayerVersion", new DeleteLayerVersion(registry).Handle),
            new("AddLayerVersionPermission", "POST /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy",
                "lambda:AddLayerVersionPermission", new AddLayerVersionPermission(registry).Handle),
            new("RemoveLayerVersionPermission", "DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
                "lambda:RemoveLayerVersionPermission", new RemoveLayerVersionPermission(registry).Handle),
            new("GetLayerVersionPolicy", "GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy",
                "lambda:GetLayerVersionPolicy", new GetLayerVersionPolicy(registry).Handle),

            new("ListEventSourceMappings", "GET /2015-03-31/event-source-mappings",
                "lambda:ListEventSourceMappings", ListEventSourceMappings.Handle),
            new("GetEventSourceMapping", "GET /2015-03-31/event-source-mappings/{UUID}",
                "lambda:GetEventSourceMapping", GetEventSourceMapping.Handle),
            new("ListCodeSigningConfigs", "GET /2020-04-22/code-signing-configs",
                "lambda:ListCodeSigningConfigs", ListCodeSigningConfigs.Handle),
            new("GetFunctionCodeSigningConfig", "GET /2020-06-30/functions/{FunctionName}/code-signing-config",
                "lambda:GetFunctionCodeSigningConfig", new GetFunctionCodeSigningConfig(registry).Handle),
            new("GetRuntimeManagementConfig", "GET /2021-07-20/functions/{FunctionName}/runtime-management-config",
                "lambda:GetRuntimeManagementConfig", new GetRuntimeManagementConfig(registry).Handle),
            new("PutRuntimeManagementConfig", "PUT /2021-07-20/functions/{FunctionName}/runtime-management-config",
                "lambda:PutRuntimeManagementConfig", new PutRuntimeManagementConfig(registry, runtimes).Handle),
            new("GetFunctionRecursionConfig", "GET /2024-08-31/functions/{FunctionName}/recursion-config",
                "lambda:GetFunctionRecursionConfig", new GetFunctionRecursionConfig(registry).Handle),
            new("PutFunctionRecursionConfig", "PUT /2024-08-31/functions/{FunctionName}/recursion-config",
                "lambda:PutFunctionRecursionConfig", new PutFunctionRecursionConfig(registry).Handle),
        ];
        return new("lambda", "AWS Lambda", [Protocol.RestJson], TargetPrefix: null, "2015-03-31", operations)
        {
            Unsupported = Unserved.Of(operations),
        };
    }
}
